internal import struct Synchronization.Atomic

/// What a worker gives its connections: buffers, the time, a ledger, and a place to wait.
///
/// A worker class subclasses it to say how a task waits. One thread uses it, unless it is made to be shared.
open class ConnectionHost: @unchecked Sendable {
    package let pool: BufferPool
    package let ledger: Ledger
    package let identity: WorkerIdentity
    package let clock = LoopClock()
    /// Whether several threads serve its connections.
    package let isShared: Bool
    /// Whether a connection has begun to rest since a worker class has last looked for such.
    package final var someRest: Bool {
        // Not the field itself: another module would watch it for overlapping accesses.
        get { hasNewRest }
        set { hasNewRest = newValue }
    }
    @exclusivity(unchecked) private final var hasNewRest = false
    private let keepsAlive: Bool
    // Tasks on other threads read it, and relaxed loads cost nothing.
    private let standing = Atomic<UInt8>(0)

    /// A host of connections.
    ///
    /// - Parameters:
    ///   - identity: Which worker it is.
    ///   - ledger: Where its connections count.
    ///   - isShared: Whether several threads serve its connections.
    ///   - keepsAlive: Whether a connection may bring more than one message.
    package init(identity: WorkerIdentity, ledger: Ledger, isShared: Bool = false, keepsAlive: Bool = true) {
        self.identity = identity
        self.ledger = ledger
        self.keepsAlive = keepsAlive
        self.isShared = isShared
        pool = BufferPool(isShared: isShared)
    }

    // MARK: Where in its life the worker is

    private static let retiring: UInt8 = 1
    private static let draining: UInt8 = 2

    /// Whether the worker has stopped accepting and finishes what it has.
    package final var isDraining: Bool { standing.load(ordering: .relaxed) == Self.draining }

    /// Whether the worker has asked to be replaced.
    package final var isRetiring: Bool { standing.load(ordering: .relaxed) == Self.retiring }

    /// Whether a connection may stay after a reply: the worker is not about to leave.
    package final var keepsConnections: Bool { keepsAlive && standing.load(ordering: .relaxed) == 0 }

    /// Notes that the worker is about to be replaced: it goes on serving, and its clients had better come back to another.
    package final func startRetiring() {
        if !isDraining { standing.store(Self.retiring, ordering: .relaxed) }
    }

    /// Notes that the worker drains from now on.
    package final func startDraining() {
        standing.store(Self.draining, ordering: .relaxed)
    }

    // MARK: What a worker class says

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

    /// Lets the connection with this number look after a nudge, if it still is there; any thread may call it.
    ///
    /// A connection that is at work looks by itself before it waits.
    open func nudged(token: Int32, id: UInt64) {}

    /// What runs the connections' tasks; nil for whatever tasks run on.
    open var taskExecutor: (any TaskExecutor)? { nil }

    /// Hears why a connection of messages breaks.
    open func noteEnd(of connection: Connection, _ error: ConnectionError) {}

    /// Whether other connections wait for the thread that the caller runs on.
    open var othersWait: Bool { false }

    /// Notes until when the request on `connection` may run, in monotonic ms; `Int64.max` when it has ended.
    ///
    /// A host with deadlines makes sure that the connection hears of it.
    open func limitRequest(_ connection: Connection, until deadline: Int64) {
        connection.requestDue = deadline
    }

    /// Hands on what the poller has reported about `connection` while its task ran.
    ///
    /// A host whose tasks run on the poller's thread has nothing to hand on.
    open func catchUp(_ connection: Connection) {}
}
