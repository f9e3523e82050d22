/// What a worker gives its connections: buffers, the time, a ledger, and a place to wait.
///
/// A worker class subclasses it to say how a task waits. One thread uses it.
open class ConnectionHost: @unchecked Sendable {
    package let pool = BufferPool()
    package let ledger: Ledger
    package let identity: WorkerIdentity
    @exclusivity(unchecked) package var clock = LoopClock()
    /// Whether the worker has stopped accepting and finishes what it has.
    @exclusivity(unchecked) package internal(set) final var isDraining = false

    package init(identity: WorkerIdentity, ledger: Ledger) {
        self.identity = identity
        self.ledger = ledger
    }

    /// Stores `continuation` until the socket is ready for `interest` or `deadline` (monotonic ms) has passed.
    open func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        preconditionFailure("a worker class says how its connections wait")
    }

    /// Lets everybody else go on first, and then resumes `continuation`.
    ///
    /// A host of one connection need not override it.
    open func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        continuation.resume(returning: .ready)
    }

    /// Makes sure that `connection` hears of its next deadline.
    open func schedule(_ connection: Connection) {
        preconditionFailure("a worker class keeps its connections' deadlines")
    }

    /// Notes that the worker drains from now on.
    package final func startDraining() {
        isDraining = true
    }
}
