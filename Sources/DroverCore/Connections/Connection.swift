public import DroverSystem

/// One client's connection, as a protocol sees it: bytes in, bytes out, and where requests begin and end.
///
/// Output is gathered and sent when the task next waits for input, so a reply costs one send(2) and pipelined replies
/// share one. Input is received when somebody waits for it. An idle connection holds no buffer. All deadlines are kept
/// here, so that no protocol needs a timer.
///
/// A connection belongs to the task that serves it: one call at a time.
public final class Connection: @unchecked Sendable {
    /// The connection's number in its worker, for logs.
    public let id: UInt64
    /// Who connected.
    public let peer: SocketAddress

    let host: ConnectionHost
    let session: any TransportSession
    let limits: ConnectionLimits
    var input = ByteQueue()
    var output = ByteQueue()

    // MARK: Readiness, as the poller last said and the last calls showed

    var mayHaveInput = false
    var mayHaveRoom = true
    var peerEnded = false
    var inputWaiter: UnsafeContinuation<Wakeup, Never>?
    var outputWaiter: UnsafeContinuation<Wakeup, Never>?

    // MARK: Where in its life it is

    var phase = Phase.fresh
    var entry: Int8 = -1
    var endsWithLinger = false
    var isClosed = false
    var hasTimedOut = false
    /// Monotonic ns of the current request's beginning.
    var requestStart: Int64 = 0
    /// Monotonic ms until which the message that has begun must be complete; 0 when none has.
    var messageDeadline: Int64 = 0

    // MARK: The worker's bookkeeping

    /// The connection's place in its worker's table.
    package let token: Int32
    /// Monotonic ms at which a waiting task is woken, and at which the request is cancelled; `Int64.max` for never.
    package internal(set) var waitDue = Int64.max
    package internal(set) var requestDue = Int64.max
    /// The task that serves the connection, for cancelling its request.
    package var task: Task<Void, Never>?
    /// Its bucket in the deadline wheel and its neighbours there; -1 for none.
    package var wheelBucket: Int32 = -1
    package var wheelNext: Int32 = -1
    package var wheelPrevious: Int32 = -1

    enum Phase: UInt8 {
        /// Nothing was received yet.
        case fresh
        /// Between two messages.
        case idle
        /// A request is in progress.
        case inRequest
    }

    package init(
        id: UInt64, token: Int32, peer: SocketAddress, session: any TransportSession, limits: ConnectionLimits,
        host: ConnectionHost
    ) {
        self.id = id
        self.token = token
        self.peer = peer
        self.session = session
        self.limits = limits
        self.host = host
    }

    /// Where the client connected to; asks the kernel, getsockname(2).
    public var local: SocketAddress {
        (try? ListeningSocket.localAddress(of: session.descriptor)) ?? .unnamed
    }

    /// The worker that serves it.
    public var worker: WorkerIdentity { host.identity }

    /// Whether the worker stops: answer what has begun, say so if the protocol can, and end.
    public var isDraining: Bool { host.isDraining }

    /// Whether the current request has used up its time; its task has been cancelled, and the reply should say so.
    public var requestTimedOut: Bool { hasTimedOut }

    /// Seconds since 1970, read once a turn of the loop.
    public var wallClock: Int64 { host.clock.wallSeconds }

    /// Counts a mistake of the peer's.
    public func countError() {
        host.ledger.count(.errors)
    }
}
