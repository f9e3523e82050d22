internal import DroverSystem

/// Where tasks leave the outcomes of calls for a connection's protocol.
final class OutcomeTray<Outcome: Sendable>: Sendable {
    private let handle: StreamHandle
    private let outcomes = Locked<[(Int, Outcome)]>([])

    init(_ handle: StreamHandle) {
        self.handle = handle
    }

    func put(_ number: Int, _ outcome: Outcome) {
        outcomes.withLock { $0.append((number, outcome)) }
        handle.nudge()
    }

    func take() -> [(Int, Outcome)] {
        outcomes.withLock { outcomes in
            var taken: [(Int, Outcome)] = []
            swap(&taken, &outcomes)
            return taken
        }
    }
}
