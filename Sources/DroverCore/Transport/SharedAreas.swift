public import DroverSystem

/// Memory that all workers of all generations share, by name; a server that this one is upgraded to goes on with it.
///
/// An area is memory without a file's name, memfd_create(2), mapped as MAP_SHARED (mmap(2)): the kernel zeroes it, workers
/// inherit the mapping when they are forked, and a program that the arbiter executes for an upgrade inherits the descriptor
/// and maps the same pages. It goes when the last process of all these has gone; nothing else takes it away, so a name that
/// no new generation asks for stays until then.
///
/// Only the arbiter asks for areas, on its one thread, before it forks: where a transport is made
/// (``TransportDefinition``). Workers use what was asked for then. What processes do in it at the same time is theirs to
/// order: with atomics, or as a ``SharedBulletin``.
public final class SharedAreas: Sendable {
    private let files: Locked<[SharedFile]>

    /// None yet; tests make their own.
    public init() { files = Locked([]) }

    /// What an earlier arbiter wrote with `handOver`: a line an area, with its descriptor and name.
    package init(handedOver text: String) {
        var files: [SharedFile] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let number = Int32(words[0]) else { continue }
            // What cannot be taken over is made anew.
            if let file = try? SharedFile(String(words[1]), inheriting: number) { files.append(file) }
        }
        self.files = Locked(files)
    }

    /// The area called `name`, zeroed when it is new.
    ///
    /// One that is there and not smaller is given again, with what is in it: by an earlier generation, or by the arbiter that
    /// this one has been upgraded from, which may be an older program. So what lies in it has a layout with a number, or the
    /// name has.
    ///
    /// - Parameters:
    ///   - name: Its name, which begins with the plugin's; it has no line feed.
    ///   - byteCount: How many bytes it has at least.
    /// - Returns: The area.
    /// - Throws: `SystemError` when there is no memory or descriptor left.
    public func area(_ name: String, byteCount: Int) throws(SystemError) -> SharedFile {
        try files.withLock { files throws(SystemError) in
            if let known = files.first(where: { $0.name == name && $0.byteCount >= byteCount }) { return known }
            let file = try SharedFile(name, byteCount: byteCount)
            files.append(file)
            return file
        }
    }

    /// The form that `init(handedOver:)` reads.
    package var handOver: String { files.withLock { $0 }.map { "\($0.descriptor) \($0.name)" }.joined(separator: "\n") }

    /// What a successor inherits.
    package var descriptors: [Int32] { files.withLock { $0.map(\.descriptor) } }
}
