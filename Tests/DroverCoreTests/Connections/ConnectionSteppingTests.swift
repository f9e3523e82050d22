import DroverBytes
import Testing

@testable import DroverCore
@testable import DroverSystem

/// The loop of protocols of messages: without a task as far as it goes, and with one.
@Suite struct ConnectionSteppingTests {
    /// What a protocol was asked, and what it answers.
    private final class Script: @unchecked Sendable {
        var heard: [String] = []
        var steps: [Step] = []
        var notices: [Step] = []
        /// What `serveMessage` does.
        var message: (Connection) async throws -> Next = { _ in .end }
    }

    /// Sends back what it receives, and answers what its script says.
    private struct Parrot: MessageProtocol {
        let script: Script
        var inputLimit: Int = 100
        var consumes = true

        func step(_ connection: Connection) -> Step {
            let bytes = connection.withBuffered { [UInt8](copying: $0) }
            script.heard.append("step \(bytes.map { "\($0)" }.joined(separator: ","))")
            if consumes {
                connection.withOutput(reserving: bytes.count) { $0.append(bytes: bytes.span.bytes) }
                connection.consume(bytes.count)
            }
            return script.steps.isEmpty ? .rest : script.steps.removeFirst()
        }

        func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
            script.heard.append("\(occasion)")
            return script.notices.isEmpty ? .rest : script.notices.removeFirst()
        }

        func serveMessage(_ connection: Connection) async throws -> Next {
            script.heard.append("message")
            return try await script.message(connection)
        }
    }

    private func sample(
        _ arrivals: [ScriptedPeer.Arrival], timeouts: TimeoutSettings = TimeoutSettings(), consumes: Bool = true
    ) throws -> (ConnectionSample, Script) {
        let script = Script()
        let sample = try ConnectionSample(
            arrivals, timeouts: timeouts, by: Parrot(script: script, consumes: consumes))
        #expect(sample.connection.restFromTheBeginning())
        if !arrivals.isEmpty { sample.connection.expectInput() }
        return (sample, script)
    }

    // MARK: Without a task

    @Test func messagesAreDealtWithWithoutATask() throws {
        let (sample, script) = try sample([.bytes([1])])
        #expect(sample.connection.advance() == .waits)
        sample.peer.arrive(.bytes([2, 3]))
        sample.connection.deliver(.readable)
        #expect(sample.connection.wantsAttention && sample.connection.advance() == .waits)
        #expect(script.heard == ["step 1", "step 2,3"])
        #expect(sample.peer.received == [1, 2, 3] && sample.peer.sendCalls == 2)
        #expect(sample.connection.heldMemory == 0, "a connection that waits holds no buffer")
        #expect(sample.connection.waitDue == sample.host.clock.milliseconds + 15_000)
    }

    @Test func halfAMessageKeepsItsTime() throws {
        var timeouts = TimeoutSettings()
        timeouts.read = .seconds(7)
        let (sample, script) = try sample([.bytes([1])], timeouts: timeouts, consumes: false)
        #expect(sample.connection.advance() == .waits)
        let due = sample.host.clock.milliseconds + 7_000
        #expect(sample.connection.waitDue == due)
        sample.place.advance()
        sample.peer.arrive(.bytes([2]))
        sample.connection.deliver(.readable)
        #expect(sample.connection.advance() == .waits)
        #expect(sample.connection.waitDue == due, "another byte gives it no more time")
        #expect(sample.connection.occasionOfDeadline == .late)
        script.notices = [.end]
        #expect(sample.connection.advance(noticing: .late) == .over)
        #expect(script.heard == ["step 1", "step 1,2", "late"])
    }

    @Test func messageThatIsTooLongIsNoticed() throws {
        let (sample, script) = try sample([.bytes(Array(repeating: 7, count: 100))], consumes: false)
        script.notices = [.end]
        #expect(sample.connection.advance() == .over)
        #expect(script.heard.last == "tooLong")
    }

    @Test func endOfTheInputIsNoticedOnce() throws {
        let (sample, script) = try sample([.bytes([1]), .end])
        sample.connection.deliver(.input(ended: true))
        script.notices = [.listen(until: .max), .end]
        #expect(sample.connection.advance() == .waits)
        #expect(script.heard == ["step 1", "ended"])
        // Something is in progress; when it has ended, a nudge says so.
        sample.connection.nudge()
        #expect(sample.connection.advance() == .over)
        #expect(script.heard == ["step 1", "ended", "nudge"])
    }

    @Test func restAfterTheEndIsTheEnd() throws {
        let (sample, _) = try sample([.end])
        sample.connection.deliver(.input(ended: true))
        #expect(sample.connection.advance() == .over)
        #expect(!sample.connection.finishAtOnce() && sample.peer.isClosed)
    }

    @Test func lostConnectionIsHeldUntilItsProtocolIsDone() throws {
        let (sample, script) = try sample([.bytes([1]), .failure(104)])
        script.notices = [.hold(until: .max), .end]
        #expect(sample.connection.advance() == .waits)
        sample.connection.deliver(.readable)
        #expect(sample.connection.advance() == .waits)
        #expect(script.heard == ["step 1", "lost(\(ConnectionError.reset(code: 104)))"])
        #expect(sample.place.ends == [.reset(code: 104)])
        sample.connection.deliver(.input(ended: true))
        #expect(!sample.connection.wantsAttention, "nothing more is received")
        sample.connection.nudge()
        #expect(sample.connection.advance() == .over)
    }

    @Test func heldConnectionReceivesNothing() throws {
        let (sample, script) = try sample([.bytes([1]), .bytes([2])])
        let moment = sample.host.clock.milliseconds + 2
        script.steps = [.hold(until: moment)]
        #expect(sample.connection.advance() == .waits)
        sample.connection.deliver(.readable)
        #expect(!sample.connection.wantsAttention)
        #expect(sample.connection.waitDue == moment)
        sample.place.advance()
        #expect(sample.connection.occasionOfDeadline == .moment)
        #expect(sample.connection.advance(noticing: .moment) == .waits)
        #expect(script.heard == ["step 1", "moment", "step 2"], "the input was kept meanwhile")
    }

    @Test func othersHaveTheirTurn() throws {
        let (sample, script) = try sample([.bytes([1])], consumes: false)
        script.steps = [.turn]
        #expect(sample.connection.advance() == .turn)
        #expect(sample.connection.advance() == .waits)
        #expect(script.heard == ["step 1", "step 1"])
        let (talker, _) = try self.sample((0..<20).map { .bytes(Array(repeating: $0, count: 4096)) })
        talker.connection.deliver(.input(ended: true))
        #expect(talker.connection.advance() == .turn, "who always has more to say lets others speak")
    }

    @Test func drainLooksOnceMore() throws {
        let (sample, script) = try sample([.bytes([1])])
        #expect(sample.connection.advance() == .waits)
        sample.host.startDraining()
        sample.peer.arrive(.bytes([2]))
        #expect(sample.connection.prepareToEnd())
        #expect(sample.connection.advance() == .over)
        #expect(script.heard == ["step 1", "step 2", "drain"])
    }

    @Test func drainIsNoEndWhileSomethingIsInProgress() throws {
        let (sample, script) = try sample([.bytes([1])])
        script.steps = [.listen(until: .max)]
        script.notices = [.listen(until: .max), .rest]
        #expect(sample.connection.advance() == .waits)
        sample.host.startDraining()
        #expect(sample.connection.prepareToEnd())
        #expect(sample.connection.advance() == .waits)
        sample.connection.nudge()
        #expect(sample.connection.advance() == .over)
        #expect(script.heard == ["step 1", "drain", "nudge"])
    }

    @Test func freshConnectionHasASecondToBegin() throws {
        let (sample, script) = try sample([])
        sample.host.startDraining()
        #expect(!sample.connection.prepareToEnd())
        #expect(sample.connection.waitDue == sample.host.clock.milliseconds + 1_000)
        sample.peer.arrive(.bytes([1]))
        sample.connection.deliver(.readable)
        #expect(sample.connection.advance() == .over)
        #expect(script.heard == ["step 1", "drain"])
    }

    // MARK: With a task

    @Test func messageThatHasToWaitHasATask() async throws {
        let (sample, script) = try sample([.bytes([1])], consumes: false)
        script.steps = [.task]
        script.message = { connection in
            #expect(try await connection.read() == [1])
            try await connection.write("a")
            return .rest
        }
        #expect(sample.connection.advance() == .needsTask)
        sample.connection.beginTask()
        let place = sample.place
        place.whileWaiting = { connection, _ in
            #expect(connection.waitDue == place.host.clock.milliseconds + 500, "after that time it needs no task")
            connection.interrupt(.rest)
        }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(script.heard == ["step 1", "message"])
        #expect(sample.peer.received == Array("a".utf8), "what the message wrote is sent before the connection waits")
        #expect(sample.connection.isResting && sample.connection.continueResting())
    }

    @Test func whatIsBufferedBehindAMessageIsSteppedAtOnce() async throws {
        let (sample, script) = try sample([.bytes([1, 2])], consumes: false)
        script.steps = [.task, .end]
        script.message = { connection in
            connection.consume(1)
            return .rest
        }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(script.heard == ["step 1,2", "message", "step 2"])
        #expect(sample.place.waits.isEmpty)
    }

    @Test func peerThatTakesNothingIsWaitedForInATask() async throws {
        let (sample, script) = try sample([.bytes([1])])
        sample.peer.appetite = [0, 0, 0, nil]
        #expect(sample.connection.advance() == .needsTask)
        sample.connection.beginTask()
        let place = sample.place
        place.whileWaiting = { connection, interest in
            if interest == .output { connection.deliver(.room) } else { connection.interrupt(.rest) }
        }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(sample.peer.received == [1] && script.heard == ["step 1"])
        #expect(place.waits.map(\.interest) == [.output, .input])
    }

    @Test func errorInAMessageIsTheConnectionsLoss() async throws {
        let (sample, script) = try sample([.bytes([1])])
        script.steps = [.task]
        script.message = { _ in throw ConnectionError.endOfStream }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(script.heard == ["step 1", "message", "lost(\(ConnectionError.endOfStream))"])
        #expect(sample.place.ends == [.endOfStream])
        script.message = { _ in throw CancellationError() }
        let (other, second) = try self.sample([.bytes([1])])
        second.steps = [.task]
        second.message = { _ in throw CancellationError() }
        await #expect(throws: CancellationError.self) {
            try await other.connection.spoken.protocolHandler.serve(other.connection)
        }
    }

    @Test func deadlineOfATaskThatWaitsIsTheConnections() async throws {
        let (sample, script) = try sample([.bytes([1])])
        script.notices = [.end]
        sample.place.whileWaiting = { connection, _ in connection.interrupt(.timedOut) }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(script.heard == ["step 1", "silence"])
    }

    @Test func nudgeWakesATaskThatWaits() async throws {
        let (sample, script) = try sample([.bytes([1])])
        script.notices = [.end]
        sample.place.whileWaiting = { connection, _ in connection.nudge() }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(script.heard == ["step 1", "nudge"])
    }

    // MARK: What a protocol need not say

    private struct Plain: MessageProtocol {
        func serveMessage(_ connection: Connection) async throws -> Next {
            guard let line = try await connection.readLine(limit: 100) else { return .end }
            try await connection.write(line.uppercased() + "\n")
            return .rest
        }
    }

    @Test func oneMethodIsEnough() async throws {
        let sample = try ConnectionSample([.bytes(Array("a\nb\nc".utf8)), .bytes([0x0A]), .end], by: Plain())
        sample.connection.deliver(.input(ended: true))
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(String(decoding: sample.peer.received, as: UTF8.self) == "A\nB\nC\n")
        #expect(sample.connection.isOver)
    }

    @Test func defaultsEndWhatNothingMoreComesOf() throws {
        let occasions: [(Occasion, Step)] = [
            (.nudge, .rest), (.moment, .rest), (.drain, .end), (.silence, .end), (.ended, .end), (.late, .end),
            (.tooLong, .end), (.lost(.endOfStream), .end),
        ]
        let sample = try ConnectionSample([], by: Plain())
        for (occasion, step) in occasions { #expect(Plain().notice(occasion, sample.connection) == step) }
        #expect(Int(sample.row.totals.errors) == 2, "a message that came late or was too long is the peer's mistake")
    }
}
