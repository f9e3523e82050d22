public import DroverSystem

internal import struct Synchronization.Atomic

/// One client's connection, as a protocol sees it: bytes in, bytes out, and where requests begin and end.
///
/// Output is gathered and sent when the task next waits for input, so a reply costs one send(2) and pipelined replies
/// share one. Input is received when somebody waits for it. An idle connection holds no buffer. All deadlines are kept
/// here, so that no protocol needs a timer.
///
/// A connection belongs to the task that serves it: one call at a time. That is also why its fields are not watched for
/// overlapping accesses, which costs a tenth of a small request.
public final class Connection: @unchecked Sendable {
    /// The connection's number in its worker, for logs.
    public let id: UInt64
    /// Who connected: the peer, or the client that a trusted proxy speaks for in the PROXY protocol.
    @exclusivity(unchecked) public internal(set) var peer: SocketAddress

    /// What has been learnt once and for all; most connections have none.
    @exclusivity(unchecked) var noted: ConnectionFacts?

    let host: ConnectionHost
    let session: any TransportSession
    /// Where it came from.
    package let listener: WorkerListener
    /// The listener with the protocol that the peer has chosen; nil for its own.
    @exclusivity(unchecked) private var chosen: WorkerListener?
    @exclusivity(unchecked) var input = ByteQueue()
    @exclusivity(unchecked) var output = ByteQueue()

    // MARK: Readiness, as the poller last said and the last calls showed

    @exclusivity(unchecked) package internal(set) var mayHaveInput = false
    @exclusivity(unchecked) var mayHaveRoom = true
    /// How often in a row there was input at once, without a wait.
    @exclusivity(unchecked) var streak: UInt8 = 0
    /// Whether the peer has ended its direction.
    @exclusivity(unchecked) package internal(set) var peerEnded = false
    @exclusivity(unchecked) var inputWaiter: UnsafeContinuation<Wakeup, Never>?
    @exclusivity(unchecked) var outputWaiter: UnsafeContinuation<Wakeup, Never>?

    // MARK: Where in its life it is

    @exclusivity(unchecked) private(set) var state = ConnectionState.accepted
    /// What serves it.
    @exclusivity(unchecked) var carrier = Carrier.loop
    @exclusivity(unchecked) var entry: Int8 = -1
    @exclusivity(unchecked) var endsWithLinger = false
    /// Whether its next turn to do so has been arranged.
    @exclusivity(unchecked) package var awaitsTurn = false
    /// Whether an orderly end would be wasted on the peer, or tell it something untrue.
    @exclusivity(unchecked) var isCutOff = false
    /// Whether a request has used up its time; its task is cancelled for good, so the connection serves no other.
    ///
    /// The loop says so while the task may be running on another thread.
    let hasTimedOut = Atomic<Bool>(false)
    /// What has been done about the worker's drain.
    @exclusivity(unchecked) var leave = Leave.none
    /// Whether it broke, and its protocol knows that.
    @exclusivity(unchecked) var isLost = false
    /// Whether the transport keeps the bytes secret, from the peer or its proxy to here.
    ///
    /// Known when its handshake is complete.
    @exclusivity(unchecked) public internal(set) var isEncrypted = false
    /// Whether the transport's farewell still has to be said.
    @exclusivity(unchecked) var owesFarewell = false
    /// What a protocol of messages waits for, and what has to be done before.
    @exclusivity(unchecked) var waiting = Waiting.message
    @exclusivity(unchecked) var owed = Owed.nothing
    /// What its protocol remembers of the connection between two steps: a request that has not come whole, or a session.
    ///
    /// A connection that remembers nothing may end for a newcomer when its worker is full.
    public var protocolState: AnyObject? {
        // Not the field itself: another module would watch it for overlapping accesses.
        get { remembered }
        set { remembered = newValue }
    }
    @exclusivity(unchecked) private var remembered: AnyObject?
    /// What others have of the connection; up here the reference leaves no gap between the fields.
    @exclusivity(unchecked) private var ownHandle: ConnectionHandle?
    /// Monotonic ms at which a protocol that listens wants to hear of it; `Int64.max` for never.
    @exclusivity(unchecked) var moment = Int64.max
    /// Whether its deadline has come and its protocol has not heard of that.
    @exclusivity(unchecked) var isDue = false
    /// What its task waits for beside the socket.
    @exclusivity(unchecked) var pause = Pause.none
    /// Whether it gives its place to another connection: it ends as soon as its task has heard of that.
    @exclusivity(unchecked) package var givesWay = false
    /// Monotonic ms at which a silent connection ends, which is later than its task rests; 0 when it must not rest.
    @exclusivity(unchecked) var silentUntil: Int64 = 0
    /// Monotonic ns of the current request's beginning.
    @exclusivity(unchecked) var requestStart: Int64 = 0
    /// Monotonic ns at which the first byte of what is buffered was received, and that of the current request.
    @exclusivity(unchecked) var arrival: Int64 = 0
    @exclusivity(unchecked) package internal(set) var requestArrival: Int64 = 0
    /// Monotonic ms until which the message that has begun must be complete, 0 when none has begun.
    ///
    /// For a connection that lingers: until which it may linger.
    @exclusivity(unchecked) var messageDeadline: Int64 = 0

    // MARK: The worker's bookkeeping

    /// The connection's place in its worker's table.
    package let token: Int32
    /// Whether the poller reports what happens to its socket.
    package var isPolled: Bool {
        get { isRegistered }
        set { isRegistered = newValue }
    }
    @exclusivity(unchecked) private var isRegistered = false
    /// Monotonic ms at which a waiting task is woken, and at which the request is cancelled; `Int64.max` for never.
    @exclusivity(unchecked) package internal(set) var waitDue = Int64.max
    @exclusivity(unchecked) package var requestDue = Int64.max
    /// The task that serves the connection, for cancelling its request.
    @exclusivity(unchecked) package var task: Task<Void, Never>?
    /// What the poller has reported while the task ran on another thread.
    @exclusivity(unchecked) var held: PollEvents?
    /// Its bucket in the deadline wheel and its neighbours there; -1 for none.
    @exclusivity(unchecked) package var wheelBucket: Int32 = -1
    @exclusivity(unchecked) package var wheelNext: Int32 = -1
    @exclusivity(unchecked) package var wheelPrevious: Int32 = -1

    /// What has been done about the worker's drain.
    enum Leave: UInt8 {
        case none
        /// The connection has looked once more for input.
        case looked
        /// Its protocol knows.
        case taken
    }

    /// What a task waits for beside the socket.
    enum Pause: UInt8 {
        case none
        /// A nudge too.
        case events
        /// A nudge too, between two steps: the connection can do without the task.
        case steps
    }

    package init(
        id: UInt64, token: Int32, peer: SocketAddress, session: any TransportSession, listener: WorkerListener,
        host: ConnectionHost
    ) {
        self.id = id
        self.token = token
        self.peer = peer
        self.session = session
        self.listener = listener
        self.host = host
    }

    // MARK: Its state

    /// Goes on to the state that follows after `event`; traps where that cannot happen, as the fault is ours.
    func move(_ event: ConnectionEvent) {
        guard let next = state.after(event) else {
            preconditionFailure("a connection that is \(state) cannot be \(event)")
        }
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

    var limits: ConnectionLimits { listener.limits }

    /// What other tasks and threads may have of the connection.
    public var handle: ConnectionHandle {
        if let ownHandle { return ownHandle }
        let handle = ConnectionHandle(id: id, token: token, host: host)
        ownHandle = handle
        return handle
    }

    /// The handle if there is one; without it there can be no nudge.
    var knownHandle: ConnectionHandle? {
        @inline(__always) get { ownHandle }
    }

    /// The listener with the protocol that is spoken on this connection.
    package var spoken: WorkerListener { chosen ?? listener }

    /// The handshake is complete, so it is known by now what is spoken.
    func establish(_ handshake: Handshake) {
        move(.established)
        isEncrypted = handshake.isEncrypted
        guard !listener.alternatives.isEmpty, let name = handshake.negotiatedProtocol else { return }
        chosen = listener.alternatives[name]
    }

    /// Where the client connected to.
    ///
    /// It asks the kernel, getsockname(2); once the connection is closed it is unnamed.
    public var local: SocketAddress {
        // The number may be another connection's by then.
        if isClosed { return .unnamed }
        return (try? ListeningSocket.localAddress(of: session.descriptor)) ?? .unnamed
    }

    /// How the transport keeps the bytes secret and who the peer is; nil where it does not.
    public var security: TransportSecurity? { session.security }

    /// Whether what was received last may be a repetition by an eavesdropper, so that only what does no harm a
    /// second time should be done; only where the transport was told to allow it.
    public var mayBeRepeated: Bool { session.inputNotes.contains(.mayBeRepeated) }

    /// Whether the input ended without the transport's farewell: the peer was cut off, or somebody cut it off.
    ///
    /// A protocol to which the end of the stream means something should look; plain connections have no farewell.
    public var endedEarly: Bool { session.inputNotes.contains(.endedEarly) }

    /// The worker that serves it.
    public var worker: WorkerIdentity { host.identity }

    /// Whether the worker stops: answer what has begun, say so if the protocol can, and end.
    public var isDraining: Bool { host.isDraining }

    /// Whether the current request has used up its time; its task has been cancelled, and the reply should say so.
    public var requestTimedOut: Bool { state.isServing && hasExpired }

    /// Whether any of its requests has used up its time.
    package var hasExpired: Bool { hasTimedOut.load(ordering: .relaxed) }

    /// Seconds since 1970, read once a turn of the loop.
    public var wallClock: Int64 { host.clock.wallSeconds }

    /// Monotonic milliseconds, read once a turn of the loop.
    public var monotonicClock: Int64 { host.clock.milliseconds }

    /// Whether the connection may serve another request: the worker stays, and so may the connection.
    public var isReusable: Bool { host.keepsConnections && !hasExpired && limits.idle > 0 }

    /// How many requests have begun on it.
    package var startedRequests: UInt32 { requestCount }
    @exclusivity(unchecked) var requestCount: UInt32 = 0

    /// Counts a mistake of the peer's.
    public func countError() {
        host.ledger.count(.errors)
    }
}
