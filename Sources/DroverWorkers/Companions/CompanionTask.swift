internal import DroverCore
internal import DroverSystem

/// The one task of a companion's loop, which has no connections.
final class CompanionTask: Sendable {
    /// Whether the companion itself says when it is ready.
    let saysReady: Bool
    private let body: @Sendable () async throws -> Void
    private let state = Locked(State())

    private struct State {
        var task: Task<Void, Never>?
        var hasEnded = false
        var failure: (any Error)?
    }

    /// Whether it has returned.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// What the companion threw, unless it had been told to go.
    var failure: (any Error)? { state.withLock { $0.failure } }

    init(saysReady: Bool, _ body: @escaping @Sendable () async throws -> Void) {
        self.saysReady = saysReady
        self.body = body
    }

    /// Puts the companion's work on the loop.
    func start(on loop: EventLoop) {
        let task = Task(executorPreference: loop.executor) { [self] in
            do { try await body() } catch { if !loop.host.isDraining { state.withLock { $0.failure = error } } }
            state.withLock { $0.hasEnded = true }
        }
        state.withLock { $0.task = task }
    }

    /// Tells it to go.
    func cancel() { state.withLock { $0.task }?.cancel() }
}
