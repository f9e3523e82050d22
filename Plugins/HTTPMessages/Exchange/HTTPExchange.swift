public import DroverCore
import DroverSystem

/// One request and its reply: the head, the body as it comes, the reply as it goes, and the time that it may take.
///
/// It stands between what answers requests and what carries them. HTTP/1 and uwsgi have one exchange at a time on a
/// connection, which this class writes to directly; any other carrier gives each exchange an ``HTTPStream``. The
/// ``Request`` is the part that may be kept: values, and nothing of the connection.
///
/// It belongs to one task. An exchange over a connection is used again for the next request, of whatever connection.
public final class HTTPExchange {
    /// The request's part of it.
    private(set) var storage: RequestStorage
    /// What holds for its request.
    let rules: ExchangeRules
    /// What carries it beside others on one connection; nil where it has a connection to itself.
    let stream: (any HTTPStream)?
    /// The connection that it has to itself while its request is answered.
    private(set) var connection: Connection?
    /// The request's body; nil for a request without one.
    private(set) var body: (any IncomingBody)?
    /// A reply that was begun without a task, for the task that goes on with it.
    var unfinished: UnfinishedReply?
    /// Whether the reply has begun, so that nothing may be sent ahead of it any more.
    var isAnswered = false
    /// Monotonic ns at which the request's first byte came.
    private(set) var arrival: Int64 = 0
    /// Monotonic ns at which the handler was asked, if the log wants to know.
    var beginning: Int64 = 0
    /// How far a head has been read that is not whole yet; nil where none has begun.
    private var begun: HeadParser?
    /// The one behind it in its pool's list; nil while it is at work.
    var nextSpare: HTTPExchange?
    /// Whether the carrier says that what it received may be a repetition.
    let isRepeatable: Bool

    /// An exchange over connections, for requests under `rules`.
    init(rules: ExchangeRules) {
        storage = RequestStorage(rules: rules.forwarding)
        self.rules = rules
        stream = nil
        isRepeatable = false
        storage.access.lead(to: self)
    }

    /// An exchange over a stream.
    ///
    /// The carrier counts the request (``DroverCore/Connection/openRequest(_:)``), keeps its time, and cancels its task.
    ///
    /// - Parameters:
    ///   - head: Request line and fields with the empty line behind them, RFC 9112. A body follows if there is a
    ///     Content-Length that is not 0, or `Transfer-Encoding: chunked`, which here says no more than that.
    ///   - stream: What carries it.
    ///   - peer: The connection's facts.
    ///   - number: The request's number on the connection, from 1.
    ///   - arrival: Monotonic nanoseconds at which its first byte came.
    ///   - isRepeatable: Whether what was received may be a repetition (``DroverCore/Connection/mayBeRepeated``).
    ///   - rules: What holds for the request.
    /// - Throws: `HeadRejection` for the rule that the head breaks.
    public init(
        head: [UInt8], over stream: any HTTPStream, peer: PeerFacts, number: UInt32, arrival: Int64,
        isRepeatable: Bool = false, rules: ExchangeRules = ExchangeRules()
    ) throws(HeadRejection) {
        storage = RequestStorage(rules: rules.forwarding)
        self.rules = rules
        self.stream = stream
        self.isRepeatable = isRepeatable
        self.arrival = arrival
        storage.begin(peer, sequence: number, at: WallClock.seconds())
        var parser = HeadParser()
        guard try storage.parse(head.span.bytes, &parser, rules.limits), storage.headByteCount == head.count else {
            throw .requestLine
        }
        if storage.hasBody { body = StreamBody(storage, stream, rules) }
        storage.access.lead(to: self)
    }

    deinit {
        // No task is inside: one that was let in keeps the exchange.
        storage.access.part()
    }

    /// The request, as a handler sees it.
    public var request: Request { Request(storage) }

    /// Method and target, to call the request by where a worker is asked what it is busy with.
    public var label: [UInt8] { Array(storage.bytes[storage.label]) }

    // MARK: The connection's part

    /// The exchange that `connection` keeps between two steps, which it then keeps no longer; nil if it keeps none.
    @inline(__always)
    public static func kept(on connection: Connection) -> HTTPExchange? {
        guard let state = connection.protocolState else { return nil }
        connection.protocolState = nil
        return state as? HTTPExchange
    }

    /// Lets `connection` keep it until the next step: with a head that is not whole, or for the task that answers.
    public func keep(on connection: Connection) {
        self.connection = nil
        connection.protocolState = self
    }

    /// Makes it the exchange of the next request that `connection` brings.
    @inline(__always)
    func begin(_ connection: Connection) {
        storage.begin(connection)
        isAnswered = false
    }

    /// Makes it the exchange of the request behind the one that it had.
    public func renew(for connection: Connection) {
        clear()
        begin(connection)
    }

    /// Reads on in the head that `connection` is receiving, and takes it when it is whole.
    ///
    /// The request has begun then, as far as the connection counts.
    ///
    /// - Returns: Whether it is whole.
    /// - Throws: `HeadRejection` for the rule that it breaks.
    public func readHead(_ connection: Connection) throws(HeadRejection) -> Bool {
        let storage = storage
        var parser = begun ?? HeadParser()
        let isWhole = try connection.withBuffered { bytes throws(HeadRejection) in
            guard try storage.parse(bytes, &parser, rules.limits) else { return false }
            connection.beginRequest(bytes.extracting(storage.label))
            return true
        }
        if isWhole {
            connection.consume(storage.headByteCount)
        } else {
            begun = parser
        }
        return isWhole
    }

    /// Takes `connection` for its own, until the reply has been sent.
    public func take(_ connection: Connection) {
        takePlain(connection)
        if storage.hasBody, body == nil { body = ConnectionBody(storage, connection, rules) }
    }

    /// The same for a request without a body.
    @inline(__always)
    func takePlain(_ connection: Connection) {
        self.connection = connection
        arrival = connection.requestArrival
    }

    /// Lets go of the connection, to be taken again for the rest of the reply.
    func letGo() {
        connection = nil
    }

    // MARK: The handler's part

    /// Lets the handler's tasks at the exchange.
    func open() {
        storage.access.open()
    }

    /// Lets them at it no longer, and waits for one that has not come out yet.
    func close() async {
        await storage.access.close()
    }

    /// The same where none is left, as no request is kept.
    func shut() {
        storage.access.shut()
    }

    /// Whether a request was kept that the handler has been given.
    var isKept: Bool { !isKnownUniquelyReferenced(&storage) }

    /// Forgets its request, and gets ready for another one.
    func clear() {
        if connection != nil { connection = nil }
        if body != nil { body = nil }
        if unfinished != nil { unfinished = nil }
        if begun != nil { begun = nil }
        guard isKept || storage.isLarge else { return }
        storage.access.part()
        storage = RequestStorage(rules: rules.forwarding)
        storage.access.lead(to: self)
    }
}

/// A reply whose rest has to wait for the peer.
final class UnfinishedReply {
    let response: Response
    /// Nil as long as nothing of it has been written.
    let framing: ReplyFraming?

    init(_ response: Response, _ framing: ReplyFraming?) {
        self.response = response
        self.framing = framing
    }
}
