import Drover
import DroverBytes

/// What a connection has to remember: a message that has come in part, calls that are in progress, a farewell.
///
/// Whatever the connection hears of comes in through `step` and `notice`, one after the other and never two at a time. A
/// session lives on the stack until it has something to remember: what a short call makes costs no memory, and there is
/// nothing that the next connection could find of it.
struct DogeSession: ~Copyable {
    /// A session that its connection keeps until there is nothing to remember any more.
    final class Kept {
        var session: DogeSession

        init(_ session: consuming DogeSession) { self.session = session }
    }

    /// What to know a call by that runs in a task of its own.
    struct Tag {
        let id: Int64?
        let method: DogeMethod
        let filtered: FilteredCall?
        /// Its place among the replies, where they keep the order of the calls.
        let place: Int?
    }

    // The connection holds the session, if anything does.
    unowned let connection: Connection
    let server: DogeProtocol
    var reader: EnvelopeReader
    /// The reply that is being written.
    var writer: MessagePackWriter
    private var calls: ConcurrentCalls<Tag, [UInt8]>
    private var line: ReplyLine?
    /// Whether nothing more is taken: the client has ended, what it sends makes no sense, or it was told to go.
    var isDeaf = false
    /// Whether the client has had several calls in progress at a time.
    private var overlaps = false
    /// Monotonic milliseconds until which a worker that drains hears the client.
    private var heardUntil = Int64.max
    private var hasSaidFarewell = false

    // Replies are sent when the connection waits, or when this much has gathered.
    private static let gatheredOutput = 65_536

    init(_ connection: Connection, _ server: DogeProtocol, _ writer: MessagePackWriter) {
        self.connection = connection
        self.server = server
        self.writer = writer
        calls = ConcurrentCalls(connection)
        reader = EnvelopeReader(maximumBytes: server.settings.maxMessage, maximumDepth: server.settings.maxDepth)
        if server.limit > 1, server.settings.order == .request { line = ReplyLine() }
    }

    /// Whether there is nothing to remember after this step.
    func isDone(_ step: Step) -> Bool {
        step == .end || !hasCalls && !reader.isWithin && !isDeaf && heardUntil == .max
    }

    private var hasCalls: Bool { !calls.isEmpty }
    private var isSaturated: Bool { max(calls.count, line?.count ?? 0) >= server.limit }
    private var nextMoment: Int64 { min(calls.nextDeadline, heardUntil) }

    // MARK: What the connection hears of

    /// Deals with the messages that have come.
    mutating func step() -> Step {
        var isEmpty = false
        while !isEmpty, !isDeaf, !isSaturated {
            if connection.pendingOutput > Self.gatheredOutput { return .turn }
            isEmpty = !takeMessage()
        }
        sayFarewell()
        guard hasCalls else { return isDeaf ? .end : .rest }
        return isDeaf || isSaturated ? .hold(until: nextMoment) : .listen(until: nextMoment)
    }

    /// Deals with something else.
    mutating func notice(_ occasion: Occasion) -> Step {
        switch occasion {
        case .nudge: collect()
        case .moment: expire()
        case .drain: heardUntil = connection.monotonicClock + server.settings.drainGrace.inMilliseconds
        case .silence: return .end
        case .ended:
            if reader.isWithin { connection.countError() }
            isDeaf = true
        case .late, .tooLong:
            connection.countError()
            return leave()
        case .lost: return leave()
        }
        return step()
    }

    /// Tells a client to take its next calls elsewhere, once: those that find no reply will not have been carried out.
    ///
    /// Only one that has several calls in progress would never pause, and only such a one is not confused by a reply that
    /// answers none of them.
    private mutating func sayFarewell() {
        guard heardUntil < .max, overlaps, !hasSaidFarewell, !isDeaf else { return }
        hasSaidFarewell = true
        writer.clear()
        writer.writeReply(id: -1, error: "draining")
        put(writer.bytes)
        // What crosses it on the way would reset the connection, and the reset could overtake replies.
        connection.lingerAtEnd()
    }

    /// Gives up the client; the connection ends when no call runs any more.
    private mutating func leave() -> Step {
        isDeaf = true
        for call in calls.cancelAll() { call.tag.filtered?.end(error: "the client has gone") }
        return hasCalls ? .hold(until: .max) : .end
    }

    // MARK: Calls in tasks of their own

    /// Starts a call that may take its time.
    mutating func start(_ tag: Tag, _ request: OpenRequest, _ work: @escaping DogeMethod.Work) {
        if hasCalls { overlaps = true }
        calls.start(tag, request, patience: tag.method.patience, work)
    }

    /// Answers the calls that have ended.
    private mutating func collect() {
        // One that was cancelled may end as it likes.
        for call in calls.takeEnded() where !call.isLate {
            switch call.outcome {
            case .success(let bytes):
                call.tag.filtered?.end(error: nil)
                guard let id = call.tag.id else { continue }
                writer.clear()
                writer.beginReply(id: id)
                writer.write(encoded: bytes.span.bytes)
                deliver(at: call.tag.place)
            case .failure(let error): fail(text(error, of: call.tag.method), call.tag)
            }
        }
    }

    /// Answers the calls that have taken too long; they count until they have ended.
    private mutating func expire() {
        if heardUntil <= connection.monotonicClock {
            heardUntil = .max
            isDeaf = true
            connection.lingerAtEnd()
        }
        for call in calls.expire() { fail("the call took longer than \(call.patience) ms", call.tag) }
    }

    private mutating func fail(_ text: String, _ tag: Tag) {
        tag.filtered?.end(error: text)
        fail(text, id: tag.id, at: tag.place)
    }

    // MARK: Replies

    /// A place for a reply that comes later, where replies keep the order of the calls.
    mutating func place() -> Int? { line?.open() }

    /// A place for a reply that is written at once; it needs none when no reply is to leave before it.
    mutating func placeInLine() -> Int? { line?.count == 0 ? nil : line?.open() }

    /// Answers with an error, if a reply is waited for.
    mutating func fail(_ text: String, id: Int64?, at place: Int?) {
        connection.countError()
        guard let id else { return }
        writer.clear()
        writer.writeReply(id: id, error: text)
        deliver(at: place)
    }

    /// Sends the reply that has been written, as soon as it is its turn.
    mutating func deliver(at place: Int?) {
        guard let place else { return put(writer.bytes) }
        line?.close(place, with: writer.bytes)
        while let reply = line?.next() { put(reply) }
    }

    private func put(_ reply: [UInt8]) {
        connection.withOutput(reserving: reply.count) { $0.append(bytes: reply.span.bytes) }
    }
}
