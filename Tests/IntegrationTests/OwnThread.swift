import Dispatch
import Testing

/// Runs `body` on a thread of its own and waits for it.
///
/// The tests block the few threads that tasks have by default, so whoever awaits something in time cannot count on those.
func onOwnThread(
    _ place: SourceLocation = #_sourceLocation, _ body: @escaping @Sendable () async throws -> Void
) {
    let ended = DispatchSemaphore(value: 0)
    Task(executorPreference: OwnThread()) {
        do { try await body() } catch { Issue.record(error, sourceLocation: place) }
        ended.signal()
    }
    ended.wait()
}

private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "own-thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
