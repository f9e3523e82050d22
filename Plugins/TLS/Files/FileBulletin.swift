import DroverCore
import DroverSystem

import struct Synchronization.Atomic

/// Where the arbiter publishes files for workers that may not be able to read them; only they see it.
final class FileBulletin: Sendable {
    private let region: SharedRegion
    private let bulletin: SharedBulletin
    private let known = Atomic<UInt64>(0)

    // Room for files that grow: a longer chain, more authorities.
    private static let room = 1 << 20

    /// A bulletin with nothing on it, for files such as these.
    init(for files: FileContents) throws(SystemError) {
        region = try SharedRegion(byteCount: 4 * files.packed.count + Self.room)
        bulletin = SharedBulletin(in: region)
    }

    deinit { region.unmap() }

    /// Publishes `files`.
    ///
    /// - Returns: Whether there was room.
    func publish(_ files: FileContents) -> Bool {
        guard bulletin.publish(files.packed) else { return false }
        // Workers that are forked later inherit what was made of them.
        known.store(bulletin.version, ordering: .relaxed)
        return true
    }

    /// What was published since this process looked last.
    func news() -> FileContents? {
        guard let newer = bulletin.read(otherThan: known.load(ordering: .relaxed)) else { return nil }
        known.store(newer.version, ordering: .relaxed)
        return FileContents(unpacking: newer.bytes)
    }
}
