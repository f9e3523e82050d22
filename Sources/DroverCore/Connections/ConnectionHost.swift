internal import DroverSystem

internal import struct Synchronization.Atomic

/// What a worker gives its connections beside buffers and the time: a ledger, and how the worker stands.
///
/// Unchecked: the place, which is set before the first connection, and a hint that several threads may set at once.
package final class ConnectionHost: StreamHost, @unchecked Sendable {
    package let ledger: Ledger
    package let identity: WorkerIdentity
    /// Whether a connection has begun to rest since a worker class has last looked for such.
    package var someRest: Bool {
        get { hasNewRest }
        set { hasNewRest = newValue }
    }
    private var hasNewRest = false
    private let keepsAlive: Bool
    /// Where streams to other servers wait in this worker.
    let streams: StreamLoop
    // Tasks on other threads read it, and relaxed loads cost nothing.
    private let standing = Atomic<UInt8>(0)
    /// Where its connections wait; set once, before the first connection.
    package unowned var place: (any ConnectionPlace)!

    /// A host of connections.
    ///
    /// - Parameters:
    ///   - identity: Which worker it is.
    ///   - ledger: Where its connections count.
    ///   - isShared: Whether several threads serve its connections.
    ///   - keepsAlive: Whether a connection may bring more than one message.
    ///   - streams: Where streams to other servers wait.
    package init(
        identity: WorkerIdentity, ledger: Ledger, isShared: Bool = false, keepsAlive: Bool = true,
        streams: StreamLoop
    ) {
        self.identity = identity
        self.ledger = ledger
        self.keepsAlive = keepsAlive
        self.streams = streams
        super.init(isShared: isShared)
    }

    // MARK: Where in its life the worker is

    private static let retiring: UInt8 = 1
    private static let draining: UInt8 = 2

    /// Whether the worker has stopped accepting and finishes what it has.
    package var isDraining: Bool { standing.load(ordering: .relaxed) == Self.draining }

    /// Whether the worker has asked to be replaced.
    package var isRetiring: Bool { standing.load(ordering: .relaxed) == Self.retiring }

    /// Whether a connection may stay after a reply: the worker is not about to leave.
    package var keepsConnections: Bool { keepsAlive && standing.load(ordering: .relaxed) == 0 }

    /// Notes that the worker is about to be replaced: it goes on serving, and its clients had better come back to another.
    package func startRetiring() {
        if !isDraining { standing.store(Self.retiring, ordering: .relaxed) }
    }

    /// Notes that the worker drains from now on.
    package func startDraining() {
        standing.store(Self.draining, ordering: .relaxed)
    }

    /// Ends a request in the ledger; the time is read for that, so the clock takes it too.
    @inline(__always)
    func endRequest(entry: Int8, startedAt start: Int64) {
        let now = MonotonicClock.nanoseconds()
        clock.advance(to: now)
        ledger.end(entry: entry, startedAt: start, at: now)
    }

    // MARK: What its loop says

    override func nudged(token: Int32, id: UInt64) { place.nudged(token: token, id: id) }

    /// What runs the connections' tasks; nil for whatever tasks run on.
    package override var taskExecutor: (any TaskExecutor)? { place.taskExecutor }

    /// Whether other connections wait for the thread that the caller runs on.
    package override var othersWait: Bool { place.othersWait }
}
