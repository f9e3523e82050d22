/// What a loop gives its streams: buffers and the time.
///
/// Unchecked: the pool, which one thread uses, or several under its own lock.
package class StreamHost: @unchecked Sendable {
    package let pool: BufferPool
    package let clock = LoopClock()
    /// Whether several threads use its streams.
    package let isShared: Bool

    init(isShared: Bool) {
        self.isShared = isShared
        pool = BufferPool(isShared: isShared)
    }

    /// Lets the stream with this number look after a nudge, if it still is there; any thread may call it.
    ///
    /// A stream that is at work looks by itself before it waits.
    func nudged(token: Int32, id: UInt64) {}

    /// What runs the tasks of its streams; nil for whatever tasks run on.
    package var taskExecutor: (any TaskExecutor)? { nil }

    /// Notes that a task begins or has ended that runs where its streams' tasks do.
    func noteTask(ended: Bool) {}

    /// Monotonic ms, as well as the host knows it.
    func now() -> Int64 { clock.milliseconds }

    /// Whether other streams wait for the thread that the caller runs on.
    package var othersWait: Bool { false }
}
