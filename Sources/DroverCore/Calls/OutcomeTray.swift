public import DroverSystem

/// Where tasks leave what has come of calls, for a connection's protocol.
@usableFromInline
final class OutcomeTray<Value: Sendable>: Sendable {
    @usableFromInline typealias Outcome = (number: Int, outcome: Result<Value, any Error>)

    @usableFromInline let handle: StreamHandle
    @usableFromInline let outcomes = Locked<[Outcome]>([])

    @inlinable
    init(_ handle: StreamHandle) {
        self.handle = handle
    }

    /// Leaves an outcome; any thread may.
    @inlinable
    func put(_ number: Int, _ outcome: Result<Value, any Error>) {
        outcomes.withLock { $0.append((number, outcome)) }
        handle.nudge()
    }

    /// Takes all outcomes, in their order.
    @inlinable
    func take() -> [Outcome] {
        outcomes.withLock { outcomes in
            let taken = outcomes
            outcomes = []
            return taken
        }
    }
}
