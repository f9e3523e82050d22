internal import DroverCore
internal import DroverLineRPCMessages
internal import Logging

/// One client's connection at work: reads messages, answers short calls at once, and keeps the others that are in progress.
///
/// It lies on the stack of one step, which is alone with the connection; calls that run beside leave what they have to say
/// elsewhere. What it remembers until the next step stays with the connection.
struct RPCSession: ~Copyable {
    let connection: Connection
    let server: LineRPCProtocol
    var memory: Memory
    /// How many more messages are dealt with before others have their turn.
    var budget = Self.longestTurn

    init(_ connection: Connection, _ server: LineRPCProtocol, _ memory: consuming Memory) {
        self.connection = connection
        self.server = server
        self.memory = memory
    }

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
    mutating func step() -> Step {
        let pause = work()
        if pause == .turn { return .turn }
        if memory.isDeaf, pause == .empty {
            guard memory.calls.isEmpty else { return .hold(until: nextDeadline) }
            memory.channel.close()
            return .end
        }
        if pause == .saturated { return .hold(until: nextDeadline) }
        return memory.calls.isEmpty && memory.farewellUntil == .max ? .rest : .listen(until: nextDeadline)
    }

    /// Deals with what has happened here.
    mutating func notice(_ occasion: Occasion) -> Step {
        switch occasion {
        case .nudge: collect()
        case .moment: expire()
        case .drain: sayFarewell()
        case .silence: return .end
        case .ended:
            memory.isDeaf = true
            memory.takesRest = true
        case .late, .tooLong:
            connection.countError()
            return leave()
        case .lost: return leave()
        }
        return step()
    }

    /// Ends the connection as soon as no call runs any more.
    private mutating func leave() -> Step {
        memory.isDeaf = true
        memory.batch = nil
        connection.consume(connection.bufferedCount)
        memory.channel.close()
        memory.calls.cancelAll()
        return memory.calls.isEmpty ? .end : .hold(until: .max)
    }

    private var nextDeadline: Int64 { min(memory.calls.nextDeadline, memory.farewellUntil) }

    /// Handles what has been received, as far as it goes.
    private mutating func work() -> Pause {
        if !memory.isAtHome, isStranger() { return .empty }
        while true {
            if connection.pendingOutput > Self.gatheredOutput { return .turn }
            if memory.calls.count >= settings.maxConcurrentCalls { return .saturated }
            if budget == 0 { return .turn }
            budget -= 1
            if memory.batch != nil {
                continueBatch()
                continue
            }
            let frame = connection.withBuffered { bytes in
                let frame = memory.framer.next(bytes)
                if case .message(let range, let taking) = frame { receive(bytes, range, taking) }
                return frame
            }
            switch frame {
            case .incomplete:
                guard memory.takesRest, connection.bufferedCount > 0 else { return .empty }
                takeRest()
            case .message(_, let taking): if memory.batch == nil { connection.consume(taking) }
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
    private mutating func takeRest() {
        memory.takesRest = false
        let count = connection.bufferedCount
        if settings.framing == .line {
            connection.withBuffered { receive($0, 0..<count, count) }
        } else {
            fail(.parseError("the input ends in the middle of a message"), id: nil)
        }
        if memory.batch == nil { connection.consume(count) }
    }

    /// Looks whether another protocol's client has come, which may not send what ends a message here.
    private mutating func isStranger() -> Bool {
        if memory.isDeaf, !memory.takesRest { return true }
        guard server.mismatch.answer(connection) else {
            memory.isAtHome = connection.bufferedCount > 0 && !server.mismatch.mayAnswer(connection)
            if memory.isAtHome { tellOfDrain() }
            return false
        }
        connection.consume(connection.bufferedCount)
        memory.isDeaf = true
        return true
    }

    /// Answers what cannot be told apart from the next message any more; the connection ends after it.
    private mutating func refuse(_ reason: String, _ framing: RPCFraming? = nil) {
        if memory.isDeaf, !memory.takesRest { return }
        connection.countError()
        memory.writer.clear()
        memory.writer.error(.invalidRequest(reason), id: nil)
        put((framing ?? settings.framing).framed(memory.writer.bytes))
        connection.consume(connection.bufferedCount)
        connection.lingerAtEnd()
        memory.isDeaf = true
    }

    // MARK: Calls in progress

    /// Lets a call run beside the others.
    mutating func start(
        _ method: RPCMethod, id: [UInt8]?, _ request: OpenRequest, in batch: BatchReply?,
        _ work: @escaping RPCMethod.Work
    ) {
        batch?.running += 1
        let call = RunningCall(method: method.name, id: id, batch: batch)
        memory.calls.start(call, request, patience: method.deadline, work)
    }

    /// Takes what calls and others have left.
    private mutating func collect() {
        // What a call has sent before its end stands in the channel by now, and goes first.
        let ended = memory.calls.takeEnded()
        for message in memory.channel.take() { put(message) }
        // A call that was cancelled may say so as it likes, and its batch has not waited for it.
        for call in ended where !call.isLate { finish(call.tag, call.outcome) }
    }

    private mutating func finish(_ call: RunningCall, _ outcome: Result<[UInt8], any Error>) {
        call.batch?.running -= 1
        switch outcome {
        case .failure(let error):
            let answer = rpcError(error, in: call.method)
            if let id = call.id { fail(answer, id: id, in: call.batch) }
        case .success(let result):
            if let id = call.id {
                memory.writer.clear()
                memory.writer.result(result, id: id.span.bytes)
                deliver(to: call.batch, id: id)
            }
        }
        if let batch = call.batch { completeIfEnded(batch) }
    }

    /// Cancels calls that have taken too long and answers for them; they count as running until they have ended.
    private mutating func expire() {
        if memory.farewellUntil <= connection.monotonicClock {
            memory.farewellUntil = .max
            memory.isDeaf = true
            tellOfDrain()
        }
        for call in memory.calls.expire() {
            if let id = call.tag.id { fail(.timedOut(milliseconds: call.patience), id: id, in: call.tag.batch) }
            guard let batch = call.tag.batch else { continue }
            batch.running -= 1
            completeIfEnded(batch)
        }
    }

    // MARK: A worker that drains

    private mutating func sayFarewell() {
        memory.farewellUntil = connection.monotonicClock + settings.drainGrace.inMilliseconds
        memory.owesFarewell = true
        // A peer that has said nothing yet may be another protocol's client.
        if memory.isAtHome { tellOfDrain() }
    }

    private mutating func tellOfDrain() {
        guard memory.owesFarewell else { return }
        memory.owesFarewell = false
        var notice = MessageWriter()
        notice.request("rpc.draining", params: [], id: nil)
        put(settings.framing.framed(notice.bytes))
    }
}
