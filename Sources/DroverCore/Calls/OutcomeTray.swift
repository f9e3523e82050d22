internal import DroverSystem

/// Where tasks leave the outcomes of calls for a connection's protocol.
final class OutcomeTray<Outcome: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private let handle: StreamHandle
    // Guarded by the lock.
    private var outcomes: [(Int, Outcome)] = []

    init(_ handle: StreamHandle) {
        self.handle = handle
    }

    func put(_ number: Int, _ outcome: Outcome) {
        lock.withLock { outcomes.append((number, outcome)) }
        handle.nudge()
    }

    func take() -> [(Int, Outcome)] {
        lock.withLock {
            if outcomes.isEmpty { return [] }
            let taken = outcomes
            outcomes = []
            return taken
        }
    }
}
