internal import DroverCore
internal import DroverLineRPCMessages
internal import Logging

/// One client's connection: reads messages, answers short calls at once, and keeps the others that are in progress.
///
/// Only the connection's task touches it, or the loop on its behalf while that sleeps, so that overlapping accesses need
/// not be watched for; what runs beside has the channel.
final class RPCSession: Attendant {
    let connection: Connection
    let server: LineRPCProtocol
    let channel: PeerChannel
    @exclusivity(unchecked) var framer: MessageFramer
    /// The reply that is being written.
    @exclusivity(unchecked) var writer = MessageWriter()
    @exclusivity(unchecked) var running: [Int: RunningCall] = [:]
    @exclusivity(unchecked) var batch: OpenBatch?
    @exclusivity(unchecked) private var callCount = 0
    private var hasDeadlines = false
    /// Whether the first bytes are no other protocol's.
    @exclusivity(unchecked) private var isAtHome = false
    /// Whether nothing more is received: the client has ended, or lost the framing, or its time after a drain is over.
    @exclusivity(unchecked) private var isDeaf = false
    /// Whether the client has ended, so that what is buffered behind the last line feed is a message too.
    @exclusivity(unchecked) private var takesRest = false
    /// How many more messages are dealt with before others have their turn.
    @exclusivity(unchecked) var budget = 0
    /// Whether the client has to be told of the drain as soon as it is known to understand that.
    private var owesFarewell = false
    /// Monotonic milliseconds until which a client is heard that has been told of the drain.
    private var farewellUntil = Int64.max

    init(_ connection: Connection, _ server: LineRPCProtocol) {
        self.connection = connection
        self.server = server
        let settings = server.settings
        framer = MessageFramer(settings.framing, limit: settings.maxLine)
        channel = PeerChannel(connection, framing: settings.framing, limit: settings.maxPendingOutput)
        super.init()
    }

    var settings: LineRPCSettings { server.settings }

    // Replies are sent when the task waits, or when this much has gathered.
    private static let gatheredOutput = 65_536
    // Short calls of one client, in a batch or behind each other, before the loop looks after the others.
    private static let longestTurn = 256

    /// What keeps it from going on with what has been received.
    private enum Pause {
        /// No message is complete.
        case empty
        /// As many calls are in progress as may be.
        case saturated
        /// A lot is to be sent first.
        case full
        /// It has had its turn.
        case turn
    }

    func run() async throws {
        let idle = settings.idle == 0 ? Int64.max : settings.idle
        // A message and what frames it.
        let limit = max(settings.maxLine + HeaderFramer.longestHeader + 16, 65_536)
        while true {
            collect()
            budget = Self.longestTurn
            let pause = work()
            switch pause {
            case .full, .turn:
                try await connection.flush()
                await connection.takeTurns()
                expire(now: connection.monotonicClock)
                continue
            case .empty, .saturated: break
            }
            if isDeaf, pause == .empty, running.isEmpty { return }
            if connection.othersWait { try await connection.giveWay() }
            let arrival = try await connection.listen(
                limit: limit, isReading: !isDeaf && pause == .empty, patience: running.isEmpty ? idle : .max,
                until: min(nextDeadline(), farewellUntil))
            switch arrival {
            case .input, .nudge: break
            case .moment: expire(now: connection.monotonicClock)
            case .silence: return
            case .drain: sayFarewell()
            case .end:
                isDeaf = true
                // A worker that stops at once ends connections too, and then the rest is no message.
                takesRest = connection.peerEnded
            }
        }
    }

    /// Answers short calls where they were received, without waking the task.
    override func attend() -> Bool {
        let before = callCount
        budget = Self.longestTurn
        return work() == .empty && callCount == before && !isDeaf
    }

    /// Handles what has been received, as far as it goes.
    private func work() -> Pause {
        if !isAtHome, isStranger() { return .empty }
        while true {
            if connection.pendingOutput > Self.gatheredOutput { return .full }
            if running.count >= settings.maxConcurrentCalls { return .saturated }
            if budget == 0 { return .turn }
            budget -= 1
            if batch != nil {
                continueBatch()
                continue
            }
            let frame = connection.withBuffered { bytes in
                let frame = framer.next(bytes)
                if case .message(let range, let taking) = frame { receive(bytes, range, taking) }
                return frame
            }
            switch frame {
            case .incomplete:
                guard takesRest, connection.bufferedCount > 0 else { return .empty }
                takeRest()
            case .message(_, let taking): if batch == nil { connection.consume(taking) }
            case .tooLong(let limit):
                refuse("a message is longer than \(limit) bytes (line_rpc.max_line)")
                return .empty
            case .malformed(let reason):
                refuse(reason)
                return .empty
            case .foreign(let framing):
                server.noteFraming(framing, connection)
                refuse(
                    settings.framing == .line
                        ? "this port takes a message a line, without headers (line_rpc.framing)"
                        : "this port takes messages behind a Content-Length header (line_rpc.framing)", framing)
                return .empty
            }
        }
    }

    /// Deals with what has come behind the last message when nothing more will.
    ///
    /// Who pipes a line without its end is answered: JSON that is complete cannot have been cut off.
    private func takeRest() {
        takesRest = false
        let count = connection.bufferedCount
        if settings.framing == .line {
            connection.withBuffered { receive($0, 0..<count, count) }
        } else {
            fail(.parseError("the input ends in the middle of a message"), id: nil)
        }
        if batch == nil { connection.consume(count) }
    }

    /// Looks whether another protocol's client has come, which may not send what ends a message here.
    private func isStranger() -> Bool {
        if isDeaf, !takesRest { return true }
        guard server.mismatch.answer(connection) else {
            isAtHome = connection.bufferedCount > 0 && !server.mismatch.mayAnswer(connection)
            if isAtHome { tellOfDrain() }
            return false
        }
        connection.consume(connection.bufferedCount)
        isDeaf = true
        return true
    }

    /// Answers what cannot be told apart from the next message any more; the connection ends after it.
    private func refuse(_ reason: String, _ framing: RPCFraming? = nil) {
        if isDeaf, !takesRest { return }
        connection.countError()
        writer.clear()
        writer.error(.invalidRequest(reason), id: nil)
        put((framing ?? settings.framing).framed(writer.bytes))
        connection.consume(connection.bufferedCount)
        connection.lingerAtEnd()
        isDeaf = true
    }

    // MARK: Calls in progress

    /// Lets a call run beside this task.
    func start(
        _ method: RPCMethod, id: [UInt8]?, _ request: OpenRequest, in batch: BatchReply?,
        _ work: @escaping RPCMethod.Work
    ) {
        callCount &+= 1
        let number = callCount
        let now = connection.monotonicClock
        let deadline = min(request.deadline, method.deadline.map { now + $0 } ?? .max)
        if deadline < .max { hasDeadlines = true }
        let task = connection.startBeside { [channel] in
            let outcome: CallOutcome
            do { outcome = .result(try await work()) } catch { outcome = .failure(error) }
            channel.finish(call: number, outcome)
        }
        batch?.running += 1
        running[number] = RunningCall(
            method: method.name, id: id, request: request, task: task, deadline: deadline, patience: deadline &- now,
            batch: batch)
    }

    /// Takes what calls and others have left.
    private func collect() {
        for entry in channel.take() {
            switch entry {
            case .message(let framed): put(framed)
            case .finished(let number, let outcome):
                guard let call = running.removeValue(forKey: number) else { continue }
                connection.closeRequest(call.request)
                finish(call, outcome)
            }
        }
    }

    private func finish(_ call: RunningCall, _ outcome: CallOutcome) {
        // Whoever was cancelled may say so as it likes, and its batch has not waited for it.
        if call.isAnswered { return }
        call.batch?.running -= 1
        switch outcome {
        case .failure(let error):
            let answer = rpcError(error, in: call.method)
            if let id = call.id { fail(answer, id: id, in: call.batch) }
        case .result(let result):
            if let id = call.id {
                writer.clear()
                writer.result(result, id: id.span.bytes)
                deliver(to: call.batch, id: id)
            }
        }
        if let batch = call.batch { completeIfEnded(batch) }
    }

    private func nextDeadline() -> Int64 {
        guard hasDeadlines else { return .max }
        let deadline = running.values.reduce(Int64.max) { $1.isAnswered ? $0 : min($0, $1.deadline) }
        if running.isEmpty { hasDeadlines = false }
        return deadline
    }

    /// Cancels calls that have taken too long and answers for them; they count as running until they have ended.
    private func expire(now: Int64) {
        if farewellUntil <= now {
            farewellUntil = .max
            isDeaf = true
            tellOfDrain()
        }
        for (number, call) in running where !call.isAnswered && call.deadline <= now {
            running[number]?.isAnswered = true
            call.task.cancel()
            if let id = call.id { fail(.timedOut(milliseconds: call.patience), id: id, in: call.batch) }
            guard let batch = call.batch else { continue }
            batch.running -= 1
            completeIfEnded(batch)
        }
    }

    /// Cancels what is in progress and waits for its end.
    func abandonCalls() async {
        channel.close()
        for call in running.values { call.task.cancel() }
        for call in running.values {
            await call.task.value
            connection.closeRequest(call.request)
        }
        running = [:]
    }

    // MARK: A worker that drains

    private func sayFarewell() {
        farewellUntil = connection.monotonicClock + settings.farewell
        owesFarewell = true
        // Who has said nothing yet may be another protocol's client.
        if isAtHome { tellOfDrain() }
    }

    private func tellOfDrain() {
        guard owesFarewell else { return }
        owesFarewell = false
        var notice = MessageWriter()
        notice.request("rpc.draining", params: [], id: nil)
        put(settings.framing.framed(notice.bytes))
    }
}
