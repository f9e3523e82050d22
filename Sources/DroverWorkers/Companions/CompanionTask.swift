internal import DroverCore

/// The one task of a companion's loop, which has no connections; all of it happens on the loop's thread.
final class CompanionTask: @unchecked Sendable {
    /// Whether the companion itself says when it is ready.
    let saysReady: Bool
    private let body: @Sendable () async throws -> Void
    private var task: Task<Void, Never>?
    /// Whether it has returned.
    private(set) var hasEnded = false
    /// What the companion threw, unless it had been told to go.
    private(set) var failure: (any Error)?

    init(saysReady: Bool, _ body: @escaping @Sendable () async throws -> Void) {
        self.saysReady = saysReady
        self.body = body
    }

    /// Puts the companion's work on the loop.
    func start(on loop: EventLoop) {
        task = Task(executorPreference: loop.executor) { [self] in
            do { try await body() } catch { if !loop.host.isDraining { failure = error } }
            hasEnded = true
        }
    }

    /// Tells it to go.
    func cancel() { task?.cancel() }
}
