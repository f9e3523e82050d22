public import DroverSystem

internal import struct Synchronization.Atomic
internal import func Synchronization.atomicMemoryFence

/// Bytes that one process publishes and others read, in memory that they share; in a server the arbiter and its workers.
///
/// A reader takes no lock and never waits: it copies, and throws the copy away if a writer was at work meanwhile.
public struct SharedBulletin: Sendable {
    private let region: SharedRegion
    private let header: SharedPlace<Header>
    private static let headerBytes = 64

    private struct Header: ~Copyable, Sendable {
        /// Odd while a writer is at work; each publication raises it by two.
        let sequence = Atomic<UInt64>(0)
        let count = Atomic<Int>(0)
    }

    /// The bulletin in `region`, which is for nothing else; 64 bytes of it go to the bulletin itself.
    public init(in region: SharedRegion) {
        self.region = region
        header = SharedPlace(region)
    }

    /// The bulletin in `file`, which is for nothing else; what was published in it before is there.
    public init(in file: SharedFile) {
        self.init(in: file.region)
    }

    private var content: UnsafeMutableRawPointer { region.base + Self.headerBytes }
    private var capacity: Int { region.byteCount - Self.headerBytes }

    /// The number of what is published; 0 for nothing, odd for a moment while that changes.
    public var version: UInt64 { header.pointer.pointee.sequence.load(ordering: .acquiring) }

    /// Publishes `bytes` in the place of what was there.
    ///
    /// - Returns: Whether it did: not when there is no room for them, nor when another process is about to publish.
    public func publish(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= capacity else { return false }
        let before = header.pointer.pointee.sequence.load(ordering: .relaxed)
        guard before & 1 == 0,
            header.pointer.pointee.sequence.compareExchange(
                expected: before, desired: before + 1, ordering: .acquiringAndReleasing
            ).exchanged
        else { return false }
        atomicMemoryFence(ordering: .releasing)
        header.pointer.pointee.count.store(bytes.count, ordering: .relaxed)
        bytes.withUnsafeBytes {
            if let source = $0.baseAddress { content.copyMemory(from: source, byteCount: $0.count) }
        }
        header.pointer.pointee.sequence.store(before + 2, ordering: .releasing)
        return true
    }

    /// What is published, if it is another than the one with the number `known`.
    ///
    /// - Returns: The bytes and their number; nil where there is nothing new, and while a writer is at work.
    public func read(otherThan known: UInt64) -> (version: UInt64, bytes: [UInt8])? {
        // A writer that goes on and on can be read later; one that died in the middle is not worth a wait.
        for _ in 0..<8 {
            let before = version
            if before == known { return nil }
            if before & 1 == 1 { continue }
            let count = header.pointer.pointee.count.load(ordering: .relaxed)
            guard count >= 0, count <= capacity else { continue }
            let bytes = [UInt8](UnsafeRawBufferPointer(start: content, count: count))
            atomicMemoryFence(ordering: .acquiring)
            if header.pointer.pointee.sequence.load(ordering: .relaxed) == before { return (before, bytes) }
        }
        return nil
    }
}
