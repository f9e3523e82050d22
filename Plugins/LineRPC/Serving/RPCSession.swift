internal import DroverCore
internal import DroverLineRPCMessages
internal import Logging

/// One client's connection: reads messages, answers short calls at once, and keeps the others that are in progress.
///
/// Whichever thread takes the connection's step is alone with it, so that overlapping accesses need not be watched for; calls
/// that run beside leave what they have to say elsewhere.
final class RPCSession {
    // The connection holds the session for as long as it lives.
    unowned let connection: Connection
    let server: LineRPCProtocol
    let channel: PeerChannel
    let calls: ConcurrentCalls<RunningCall, CallOutcome>
    @exclusivity(unchecked) var framer: MessageFramer
    /// The reply that is being written.
    @exclusivity(unchecked) var writer = MessageWriter()
    @exclusivity(unchecked) var batch: OpenBatch?
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
        calls = ConcurrentCalls(connection)
    }

    deinit { channel.close() }

    var settings: LineRPCSettings { server.settings }

    // Replies are sent when the connection waits, or when this much has gathered.
    private static let gatheredOutput = 65_536
    // Short calls of one client, in a batch or behind each other, before the loop looks after the others.
    private static let longestTurn = 256

    /// What keeps it from going on with what has been received.
    private enum Pause {
        /// No message is complete.
        case empty
        /// As many calls are in progress as may be.
        case saturated
        /// A lot is to be sent first, or it has had its turn.
        case turn
    }

    /// Deals with what has been received.
    func step() -> Step {
        budget = Self.longestTurn
        let pause = work()
        if pause == .turn { return .turn }
        if isDeaf, pause == .empty {
            guard calls.isEmpty else { return .hold(until: nextDeadline) }
            channel.close()
            return .end
        }
        if pause == .saturated { return .hold(until: nextDeadline) }
        return calls.isEmpty && farewellUntil == .max ? .rest : .listen(until: nextDeadline)
    }

    /// Deals with what has happened here.
    func notice(_ occasion: Occasion) -> Step {
        switch occasion {
        case .nudge: collect()
        case .moment: expire()
        case .drain: sayFarewell()
        case .silence: return .end
        case .ended:
            isDeaf = true
            takesRest = true
        case .late, .tooLong:
            connection.countError()
            return leave()
        case .lost: return leave()
        }
        return step()
    }

    /// Ends the connection as soon as no call runs any more.
    private func leave() -> Step {
        isDeaf = true
        batch = nil
        connection.consume(connection.bufferedCount)
        channel.close()
        calls.cancelAll()
        return calls.isEmpty ? .end : .hold(until: .max)
    }

    private var nextDeadline: Int64 { min(calls.nextDeadline, farewellUntil) }

    /// Handles what has been received, as far as it goes.
    private func work() -> Pause {
        if !isAtHome, isStranger() { return .empty }
        while true {
            if connection.pendingOutput > Self.gatheredOutput { return .turn }
            if calls.count >= settings.maxConcurrentCalls { return .saturated }
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

    /// Lets a call run beside the others.
    func start(
        _ method: RPCMethod, id: [UInt8]?, _ request: OpenRequest, in batch: BatchReply?,
        _ work: @escaping RPCMethod.Work
    ) {
        batch?.running += 1
        calls.start(
            RunningCall(method: method.name, id: id, batch: batch), request, patience: method.deadline
        ) {
            do { return .result(try await work()) } catch { return .failure(error) }
        }
    }

    /// Takes what calls and others have left.
    private func collect() {
        // What a call has sent before its end stands in the channel by now, and goes first.
        let ended = calls.takeEnded()
        for message in channel.take() { put(message) }
        // A call that was cancelled may say so as it likes, and its batch has not waited for it.
        for call in ended where !call.isLate { finish(call.tag, call.outcome) }
    }

    private func finish(_ call: RunningCall, _ outcome: CallOutcome) {
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

    /// Cancels calls that have taken too long and answers for them; they count as running until they have ended.
    private func expire() {
        if farewellUntil <= connection.monotonicClock {
            farewellUntil = .max
            isDeaf = true
            tellOfDrain()
        }
        for call in calls.expire() {
            if let id = call.tag.id { fail(.timedOut(milliseconds: call.patience), id: id, in: call.tag.batch) }
            guard let batch = call.tag.batch else { continue }
            batch.running -= 1
            completeIfEnded(batch)
        }
    }

    // MARK: A worker that drains

    private func sayFarewell() {
        farewellUntil = connection.monotonicClock + settings.drainGrace.inMilliseconds
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
