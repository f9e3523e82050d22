import Dispatch

/// Runs tasks one after the other, whatever blocks the few threads that tasks have by default.
public final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "own-thread")

    /// An executor that nothing else uses.
    public init() {}

    /// Runs `job` after those before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
