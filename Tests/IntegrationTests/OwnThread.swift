import Dispatch
import DroverTestSupport
import Testing

/// Runs `body` on a thread of its own and waits for it.
///
/// The tests block the few threads that tasks have by default, so a test that awaits something in time cannot count on those.
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
