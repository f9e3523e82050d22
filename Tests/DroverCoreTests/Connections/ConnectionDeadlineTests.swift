import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ConnectionDeadlineTests {
    private static let timeouts: TimeoutSettings = {
        var timeouts = TimeoutSettings()
        timeouts.firstByte = .milliseconds(1_000)
        timeouts.keepalive = .milliseconds(2_000)
        timeouts.read = .milliseconds(3_000)
        timeouts.write = .milliseconds(4_000)
        return timeouts
    }()

    private func sample(_ arrivals: [ScriptedPeer.Arrival]) throws -> ConnectionSample {
        try ConnectionSample(arrivals, timeouts: Self.timeouts)
    }

    private func patience(_ sample: ConnectionSample) -> [Int64] { sample.place.waits.map(\.patience) }

    @Test func everyStateHasItsOwn() async throws {
        let line = ScriptedPeer.Arrival.bytes(Array("line\n".utf8))
        let sample = try sample([line, .bytes(Array("li".utf8)), .bytes(Array("ne\n".utf8))])
        #expect(try await sample.connection.readLine() == "line")
        #expect(try await sample.connection.readLine() == "line")
        #expect(try await sample.connection.readLine() == nil)
        #expect(patience(sample) == [1_000, 2_000, 3_000, 2_000])
        #expect(sample.row.totals.errors == 0, "silence is no mistake")
    }

    @Test func silenceFromTheBeginningIsTheEnd() async throws {
        let sample = try sample([])
        #expect(try await sample.connection.read() == nil)
        #expect(patience(sample) == [1_000])
        #expect(sample.row.totals.errors == 0)
    }

    @Test func silenceInTheMiddleOfAMessageIsAnError() async throws {
        let sample = try sample([.bytes(Array("li".utf8))])
        await #expect(throws: ConnectionError.timedOut(.read)) { _ = try await sample.connection.readLine() }
        #expect(sample.row.totals.errors == 1)
    }

    @Test func messageHasOneDeadlineHoweverManyPiecesItComesIn() async throws {
        let sample = try sample([])
        let place = sample.place
        var moments: [Int64] = []
        var pieces = ["a", "b", "c\n", "d", "e\n"]
        place.whileWaiting = { connection, _ in
            moments.append(connection.waitDue)
            guard !pieces.isEmpty else { return connection.interrupt(.timedOut) }
            place.advance()
            sample.peer.arrive(.bytes(Array(pieces.removeFirst().utf8)))
            connection.deliver(.readable)
        }
        #expect(try await sample.connection.readLine() == "abc")
        #expect(try await sample.connection.readLine() == "de")
        try #require(moments.count == 5)
        #expect(moments[1] == moments[2], "the time runs from the first byte, slow or not")
        #expect(moments[4] > moments[2], "and anew for the next message")
    }

    @Test func withinARequestEachWaitHasItsTime() async throws {
        let sample = try sample([])
        var moments: [Int64] = []
        sample.place.whileWaiting = { connection, _ in
            moments.append(connection.waitDue)
            guard moments.count < 3 else { return connection.interrupt(.timedOut) }
            sample.place.advance()
            sample.peer.arrive(.bytes([0x61]))
            connection.deliver(.readable)
        }
        await #expect(throws: ConnectionError.timedOut(.read)) {
            try await sample.connection.withRequest("upload") {
                _ = try await sample.connection.read(exactly: 10)
            }
        }
        #expect(moments.count == 3 && moments[0] < moments[1] && moments[1] < moments[2])
        #expect(sample.row.totals.errors == 1)
    }

    @Test func expiringWakesATaskWhenItsTimeHasComeAndNotBefore() async throws {
        let sample = try sample([])
        let start = sample.host.clock.milliseconds
        var early: Bool?
        sample.place.whileWaiting = { connection, _ in
            #expect(connection.due == start + 1_000)
            connection.expire(now: start + 999)?.cancel()
            early = !connection.isAwaited
            connection.expire(now: start + 1_000)?.cancel()
        }
        #expect(try await sample.connection.read() == nil)
        #expect(early == false)
    }

    // docs/SETTINGS.md: "0 is no limit".
    @Test func zeroIsNoLimit() async throws {
        var timeouts = TimeoutSettings()
        timeouts.firstByte = .zero
        timeouts.read = .zero
        timeouts.write = .zero
        let sample = try ConnectionSample([.bytes([0x61])], timeouts: timeouts)
        sample.peer.appetite = [0, nil]
        try await sample.connection.write("a")
        try await sample.connection.flush()
        _ = try? await sample.connection.readLine()
        let hour: Int64 = 3_600_000
        try #require(sample.place.waits.count == 3)
        #expect(sample.place.waits[0].patience > hour, "write")
        #expect(sample.place.waits[1].patience > hour, "first byte")
        #expect(sample.place.waits[2].patience > hour, "read, in a message")
        let upload = try ConnectionSample([], timeouts: timeouts)
        try? await upload.connection.withRequest("PUT") { _ = try await upload.connection.read(exactly: 1) }
        #expect(try #require(upload.place.waits.first).patience > hour, "read, in a request")
    }

    @Test func keepAliveOfZeroEndsAfterEachReply() async throws {
        var timeouts = TimeoutSettings()
        timeouts.keepalive = .zero
        let sample = try ConnectionSample([.bytes([0x61])], timeouts: timeouts, by: DeafProtocol())
        sample.place.whileWaiting = { connection, _ in
            if sample.peer.arrivals.isEmpty {
                connection.expire(now: sample.host.clock.milliseconds)?.cancel()
            } else {
                connection.deliver(.readable)
            }
        }
        try await sample.connection.spoken.protocolHandler.serve(sample.connection)
        #expect(!sample.connection.isResting && sample.connection.isOver)
    }

    @Test func zeroIsNoLimitForWhoeverRestsFromTheBeginning() throws {
        var timeouts = Self.timeouts
        timeouts.firstByte = .zero
        let sample = try ConnectionSample([], timeouts: timeouts, by: DeafProtocol())
        #expect(sample.connection.restFromTheBeginning())
        #expect(sample.connection.due > sample.host.clock.milliseconds + 3_600_000)
    }
}
