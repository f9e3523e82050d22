internal import struct Synchronization.Atomic

/// What other tasks and threads may have of a stream or a connection: its number, and a way to make it look.
///
/// It may be kept for as long as one likes; once the stream has ended a nudge reaches nothing.
public final class StreamHandle: Sendable {
    /// The stream's number in its loop, for logs.
    public let id: UInt64
    private let token: Int32
    private let host: StreamHost
    // Set by any thread, and taken by the stream.
    private let hasNudge = Atomic<Bool>(false)
    private let tasks = Atomic<Int32>(0)

    init(id: UInt64, token: Int32, host: StreamHost) {
        self.id = id
        self.token = token
        self.host = host
    }

    /// Lets the stream's task or protocol look after what has happened elsewhere; any task and any thread may call it.
    ///
    /// A protocol of messages hears of ``Occasion/nudge``, and a task that waits in ``ByteStream/nextEvent`` wakes. Nudges
    /// while the stream is at work count as one.
    public func nudge() {
        guard !hasNudge.exchange(true, ordering: .acquiringAndReleasing) else { return }
        host.nudged(token: token, id: id)
    }

    /// Whether a nudge has not been taken yet.
    var isNudged: Bool { hasNudge.load(ordering: .acquiring) }

    func takeNudge() -> Bool {
        guard hasNudge.load(ordering: .relaxed) else { return false }
        return hasNudge.exchange(false, ordering: .acquiring)
    }

    // MARK: Tasks beside the stream's own

    /// Whether such tasks run.
    var hasTasks: Bool { tasks.load(ordering: .acquiring) > 0 }

    func beginTask() {
        tasks.add(1, ordering: .relaxed)
        host.noteTask(ended: false)
    }

    func endTask() {
        tasks.subtract(1, ordering: .releasing)
        host.noteTask(ended: true)
    }
}
