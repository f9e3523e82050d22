public import DroverSystem

internal import struct Synchronization.Atomic

/// One client's connection, as a protocol sees it: a ``ByteStream`` that a peer has opened to us, and where requests
/// begin and end on it.
///
/// A connection belongs to the task or the step that serves it: one call at a time. It is not `Sendable`; what other
/// tasks may have of it is its ``ByteStream/handle``.
public final class Connection: ByteStream {
    // MARK: Where in its life it is

    private(set) var state = ConnectionState.accepted
    /// What serves it.
    var carrier = Carrier.loop
    var entry: Int8 = -1
    var endsWithLinger = false
    private var isInLine = false
    /// Whether a request has used up its time; its task is cancelled for good, so the connection serves no other.
    ///
    /// The loop says so while the task may be running on another thread.
    let hasTimedOut = Atomic<Bool>(false)
    /// What has been done about the worker's drain.
    var leave = Leave.none
    /// Whether it broke, and its protocol knows that.
    var isLost = false
    private var isSecret = false
    /// Whether the transport's farewell still has to be said.
    var owesFarewell = false
    /// What a protocol of messages waits for, and what has to be done before.
    var waiting = Waiting.message
    var owed = Owed.nothing
    /// Whether its deadline has come and its protocol has not heard of that.
    var isDue = false
    private var isLeaving = false
    var requestCount: UInt32 = 0
    private var chosen: WorkerListener
    private var client: SocketAddress
    /// What has been learnt once and for all; most connections have none.
    var noted: ConnectionFacts?
    private var remembered: AnyObject?
    /// Monotonic ms at which a protocol that listens wants to hear of it; `Int64.max` for never.
    var moment = Int64.max
    /// Monotonic ms at which a silent connection ends, which is later than its task rests; 0 when it must not rest.
    var silentUntil: Int64 = 0
    /// Monotonic ns of the current request's beginning.
    var requestStart: Int64 = 0
    /// Monotonic ns at which the first byte of what is buffered was received.
    var arrival: Int64 = 0
    private var requestArrivedAt: Int64 = 0
    private var cancelAt = Int64.max
    private var ownTask: Task<Void, Never>?

    /// What has been done about the worker's drain.
    enum Leave: UInt8 {
        case none
        /// The connection has looked once more for input.
        case looked
        /// Its protocol knows.
        case taken
    }

    package init(
        id: UInt64, token: Int32, peer: SocketAddress, session: any TransportSession, listener: WorkerListener,
        host: ConnectionHost
    ) {
        client = peer
        chosen = listener
        super.init(id: id, token: token, session: session, home: host)
    }

    /// What its worker gives it.
    var host: ConnectionHost {
        // It is made with one, and not with another kind of host.
        @inline(__always) get { unsafeDowncast(home, to: ConnectionHost.self) }
    }

    // MARK: Its state

    /// Goes on to the state that follows after `event`; traps where that cannot happen, as the fault is ours.
    func move(_ event: ConnectionEvent) {
        guard let next = state.after(event) else {
            preconditionFailure("a connection that is \(state) cannot be \(event)")
        }
        if next.isUpgraded != state.isUpgraded { host.ledger.noteTakeover(hasBegun: next.isUpgraded) }
        state = next
    }

    /// Whether the transport's handshake is complete.
    package var isEstablished: Bool { state != .accepted }
    /// Whether nothing more is served: it only has to end.
    package var isOver: Bool { state.isOver }
    /// Whether it has said its last words and only receives what still comes, to throw it away.
    package var isLingering: Bool { state == .lingering }
    /// Whether its socket is closed.
    package var isClosed: Bool { state == .closed }
    /// Whether its task has found that it can do without.
    package var isResting: Bool { carrier == .leavingTask }

    var limits: ConnectionLimits { spoken.limits }

    /// The handshake is complete, so it is known by now what is spoken.
    func establish(_ handshake: Handshake) {
        move(.established)
        isSecret = handshake.isEncrypted
        guard !spoken.alternatives.isEmpty, let name = handshake.negotiatedProtocol,
            let alternative = spoken.alternatives[name]
        else { return }
        chosen = alternative
    }

    // MARK: Facts

    /// The listener with the protocol that is spoken on this connection, which the peer may have chosen.
    package var spoken: WorkerListener {
        @inline(__always) get { chosen }
    }

    /// Who connected: the peer, or the client that a trusted proxy speaks for in the PROXY protocol.
    public internal(set) var peer: SocketAddress {
        get { client }
        set { client = newValue }
    }

    /// Whether the transport keeps the bytes secret, from the peer or its proxy to here.
    ///
    /// Known when its handshake is complete.
    public var isEncrypted: Bool { isSecret }

    /// What its protocol remembers of the connection between two steps: a request that has not come whole, or a session.
    ///
    /// A connection that remembers nothing may end for a newcomer when its worker is full.
    public var protocolState: AnyObject? {
        // Not the field itself: another module would watch it for overlapping accesses. So it is with others.
        get { remembered }
        set { remembered = newValue }
    }

    /// Where a handler may open streams to other servers: they wait beside the worker's connections.
    public var streams: StreamLoop { host.streams }

    /// The worker that serves it.
    public var worker: WorkerIdentity { host.identity }

    /// Whether the worker stops: answer what has begun, say so if the protocol can, and end.
    public var isDraining: Bool { host.isDraining }

    /// Whether the current request has used up its time; its task has been cancelled, and the reply should say so.
    public var requestTimedOut: Bool { state.isServing && hasExpired }

    /// Whether any of its requests has used up its time.
    package var hasExpired: Bool { hasTimedOut.load(ordering: .relaxed) }

    /// Whether the connection may serve another request: the worker stays, and so may the connection.
    public var isReusable: Bool { host.keepsConnections && !hasExpired && limits.idle > 0 }

    /// How many requests have begun on it, one after the other; those that overlap (``openRequest(_:)``) do not count.
    ///
    /// In a request it is the request's number, from 1. It wraps round after 4,294,967,295.
    public var startedRequests: UInt32 { requestCount }

    /// When the first byte of the current request was received, in monotonic nanoseconds; after it, of the last one.
    ///
    /// The clock (CLOCK_MONOTONIC, clock_gettime(2)) is read once a turn of the loop. A request that came together with
    /// the one before it has its time. Zero before the first request.
    public internal(set) var requestArrival: Int64 {
        get { requestArrivedAt }
        set { requestArrivedAt = newValue }
    }

    /// Counts a mistake of the peer's.
    public func countError() {
        host.ledger.count(.errors)
    }

    // MARK: The worker's bookkeeping

    /// Whether its next turn to throw away input has been arranged.
    package var awaitsTurn: Bool {
        get { isInLine }
        set { isInLine = newValue }
    }

    /// Whether it gives its place to another connection: it ends as soon as its task has heard of that.
    package var givesWay: Bool {
        get { isLeaving }
        set { isLeaving = newValue }
    }

    /// Monotonic ms at which the request is cancelled; `Int64.max` for never.
    package var requestDue: Int64 {
        get { cancelAt }
        set { cancelAt = newValue }
    }

    /// The task that serves the connection, for cancelling its request.
    package var task: Task<Void, Never>? {
        get { ownTask }
        set { ownTask = newValue }
    }

    // MARK: A stream of this kind

    override func park(_ interest: Interest, until deadline: Int64, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        host.place.park(self, interest, until: deadline, continuation)
    }

    override func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) {
        host.place.postpone(self, continuation)
    }

    override func inputDeadline() -> Int64 { deadlineOfInput() }

    override func outputDeadline() -> Int64 { host.clock.milliseconds + limits.write }

    override func mayWaitForInput() throws(ConnectionError) -> Bool? { try mayWait() }

    override func endsBySilence() -> Bool {
        endBoundOfTakeover()
        return isIdle
    }

    override func deadline(of interest: Interest) -> Deadline {
        requestTimedOut ? .request : super.deadline(of: interest)
    }

    override func silenceDeadline(_ patience: Int64?) -> Int64 {
        state.isFresh || patience == nil && state == .upgraded ? inputDeadline() : super.silenceDeadline(patience)
    }

    override func takeDrain(limit: Int, isReading: Bool) throws(ConnectionError) -> Arrival? {
        guard host.isDraining, leave != .taken else { return nil }
        if !isReading { leave = .looked }
        return try lookOnceMore(limit: limit).map { $0 ? .input : .end } ?? .drain
    }

    override var isTakenOver: Bool { state == .upgraded }

    override func noteReceived(_ count: Int, intoEmpty: Bool) {
        if intoEmpty { arrival = host.clock.nanoseconds }
        host.ledger.count(.bytesReceived, count)
        if state == .fresh { move(.received) }
        endBoundOfTakeover()
    }

    override func noteSent(_ count: Int) { host.ledger.count(.bytesSent, count) }

    override func noteError() { countError() }
}
