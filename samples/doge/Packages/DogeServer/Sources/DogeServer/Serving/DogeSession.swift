import Drover

/// One client's connection while it has more than short calls: reads messages, starts calls, and sends what they answer.
///
/// Only the connection's task touches it.
final class DogeSession {
    private struct Tag {
        let id: Int64?
        let method: DogeMethod
        let filtered: FilteredCall?
        /// Its place in the queue of replies, where they keep the order of the calls.
        let place: Int
    }

    private enum Outcome: Sendable {
        case result([UInt8])
        case failure(any Error)
    }

    private let connection: Connection
    private let server: DogeProtocol
    private let limit: Int
    private let calls: CallsBeside<Tag, Outcome>
    private var framer: MessagePackFramer?
    private var writer = MessagePackWriter()
    private var line: ReplyLine?
    /// Whether nothing more is received: the client has ended, what it sends makes no sense, or it was told to go.
    private var isDeaf = false
    /// Whether the client has had several calls in progress at a time.
    private var overlaps = false
    /// Monotonic milliseconds until which a worker that drains hears it.
    private var heardUntil = Int64.max
    private var hasSaidFarewell = false

    /// Replies are sent when the task waits, or when this much has gathered.
    static let gatheredOutput = 65_536

    init(_ connection: Connection, _ server: DogeProtocol, limit: Int) {
        self.connection = connection
        self.server = server
        self.limit = limit
        calls = CallsBeside(connection)
        if limit > 1, server.settings.order == .request { line = ReplyLine() }
    }

    /// What keeps it from going on with what has been received.
    private enum Pause {
        /// No message is complete.
        case empty
        /// As many calls are in progress as may be.
        case saturated
        /// A lot is to be sent first.
        case full
    }

    /// Serves until the connection has nothing to do, or either side has enough.
    func run() async throws {
        // A whole message must fit, however small its limit.
        let room = max(server.settings.maxMessage, 65_536)
        while true {
            collect()
            let pause = work()
            sayFarewell()
            if pause == .full {
                try await connection.flush()
                continue
            }
            if connection.othersWait { try await connection.giveWay() }
            if calls.isEmpty {
                // Nothing to wait for but the client: here the connection rests, and ends when the worker drains.
                if isDeaf { return }
                guard try await connection.fill(limit: room) else { return }
                continue
            }
            let arrival = try await connection.listen(
                limit: room, isReading: !isDeaf && pause == .empty, until: min(calls.nextDeadline, heardUntil))
            switch arrival {
            case .input, .nudge, .silence: break
            case .moment: expire()
            case .drain: heardUntil = connection.monotonicClock + server.settings.drainGrace.inMilliseconds
            case .end: isDeaf = true
            }
        }
    }

    /// Tells a client to take its next calls elsewhere, once: those that find no reply will not have been carried out.
    ///
    /// Only one that has several calls in progress would never pause, and only such a one is not confused by a reply that
    /// answers none of them.
    private func sayFarewell() {
        guard heardUntil < .max, overlaps, !hasSaidFarewell, !isDeaf else { return }
        hasSaidFarewell = true
        writer.clear()
        writer.writeReply(id: -1, error: "draining")
        server.put(writer, into: connection)
        // What crosses it on the way would reset the connection, and the reset could overtake replies.
        connection.lingerAtEnd()
    }

    /// Handles what has been received, as far as it goes.
    private func work() -> Pause {
        while !isDeaf {
            if connection.pendingOutput > Self.gatheredOutput { return .full }
            if calls.count >= limit || line?.isLong(limit) == true { return .saturated }
            switch server.step(connection, &framer, &writer, atOnce: false) {
            case .nothing, .long: return .empty
            case .silence: continue
            case .reply: deliver(line?.open())
            case .begun(let call): start(call)
            case .refusal:
                deliver(line?.open())
                connection.lingerAtEnd()
                isDeaf = true
            case .stranger: isDeaf = true
            }
        }
        return .empty
    }

    private func start(_ call: BegunCall) {
        let place = call.id == nil ? nil : line?.open()
        let tag = Tag(id: call.id, method: call.method, filtered: call.filtered, place: place ?? 0)
        if !calls.isEmpty { overlaps = true }
        let work = call.work
        calls.start(tag, call.request, patience: call.method.patience) {
            do { return .result(try await work()) } catch { return .failure(error) }
        }
    }

    // MARK: What calls leave

    private func collect() {
        for call in calls.takeEnded() {
            switch call.outcome {
            case .result(let bytes):
                if call.isLate { continue }
                call.tag.filtered?.end(error: nil)
                guard let id = call.tag.id else { continue }
                writer.clear()
                writer.beginReply(id: id)
                writer.write(encoded: bytes.span.bytes)
                deliver(call.tag.place)
            case .failure(let error):
                // Whoever was cancelled may say so as it likes.
                if call.isLate { continue }
                fail(server.text(error, of: call.tag.method), call.tag)
            }
        }
    }

    private func expire() {
        if heardUntil <= connection.monotonicClock {
            heardUntil = .max
            isDeaf = true
            connection.lingerAtEnd()
        }
        for (tag, patience) in calls.expire() { fail("the call took longer than \(patience) ms", tag) }
    }

    private func fail(_ text: String, _ tag: Tag) {
        tag.filtered?.end(error: text)
        if case .reply = server.fail(text, id: tag.id, connection, &writer) { deliver(tag.place) }
    }

    /// Puts the reply that has been written into the output, or where its turn is waited for.
    private func deliver(_ place: Int?) {
        guard line != nil, let place else { return server.put(writer, into: connection) }
        line?.close(place, with: writer.bytes)
        while let reply = line?.next() {
            connection.withOutput(reserving: reply.count) { $0.append(bytes: reply.span.bytes) }
        }
    }

    /// Cancels what is in progress and waits for its end.
    func abandon() async {
        for tag in await calls.abandon() { tag.filtered?.end(error: "the client has gone") }
    }
}

/// Replies that leave in the order in which the calls came.
struct ReplyLine {
    private var replies: [[UInt8]?] = []
    // The place of the first of them.
    private var first = 0

    /// Whether so many replies wait that no more calls should begin.
    func isLong(_ limit: Int) -> Bool { replies.count >= limit }

    /// A place at the end.
    mutating func open() -> Int {
        replies.append(nil)
        return first + replies.count - 1
    }

    /// Puts a reply into its place.
    mutating func close(_ place: Int, with reply: [UInt8]) {
        replies[place - first] = reply
    }

    /// The first reply, if it is there.
    mutating func next() -> [UInt8]? {
        guard let reply = replies.first, let reply else { return nil }
        replies.removeFirst()
        first += 1
        return reply
    }
}
