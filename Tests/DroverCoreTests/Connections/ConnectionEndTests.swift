import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ConnectionEndTests {
    @Test func finishSendsWhatIsLeftAndCloses() async throws {
        let sample = try ConnectionSample()
        sample.peer.appetite = [2, 0]
        try await sample.connection.write("last words")
        await sample.connection.finish()
        #expect(sample.peer.received == Array("last words".utf8))
        #expect(sample.peer.isClosed)
        #expect(!sample.peer.hasEndedSending, "with nothing unread there is no need to linger")
        #expect(sample.connection.heldMemory == 0)
        #expect(sample.connection.local == .unnamed)
    }

    // MARK: Draining

    @Test func idleConnectionEndsAtOnce() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        _ = try await sample.connection.read()
        sample.host.whileWaiting = { connection, _ in
            sample.host.startDraining()
            #expect(!connection.prepareToEnd(), "its task is there already")
            #expect(connection.inputWaiter == nil, "and was woken")
        }
        #expect(try await sample.connection.read() == nil)
        #expect(sample.peer.emptyReceives == 1, "it has looked once more")
        #expect(sample.host.waits.count == 2)
    }

    @Test func requestThatHadArrivedIsStillRead() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        _ = try await sample.connection.read()
        sample.host.whileWaiting = { connection, _ in
            sample.host.startDraining()
            sample.peer.arrive(.bytes([0x62]))
            _ = connection.prepareToEnd()
        }
        #expect(try await sample.connection.read() == [0x62])
        #expect(try await sample.connection.read() == nil)
        #expect(sample.host.waits.count == 2)
    }

    @Test func whoHasJustConnectedGetsASecond() async throws {
        let sample = try ConnectionSample()
        let start = sample.host.clock.milliseconds
        sample.host.whileWaiting = { connection, _ in
            #expect(connection.due == start + 10_000)
            sample.host.startDraining()
            #expect(!connection.prepareToEnd())
            #expect(connection.inputWaiter != nil, "not yet")
            #expect(connection.due == start + 1_000)
            connection.expire(now: start + 1_000)
        }
        #expect(try await sample.connection.read() == nil)
        let late = try ConnectionSample([.bytes([0x61])])
        late.host.startDraining()
        #expect(try await late.connection.read() == [0x61])
        #expect(late.host.waits.map(\.patience) == [1_000])
    }

    @Test func messageAndRequestInProgressAreNotDisturbed() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        var waits = 0
        sample.host.whileWaiting = { connection, _ in
            waits += 1
            if waits > 1 {
                sample.host.startDraining()
                #expect(!connection.prepareToEnd())
                #expect(connection.inputWaiter != nil)
                sample.peer.arrive(.bytes([0x0A]))
            }
            connection.deliver(.readable)
        }
        #expect(try await sample.connection.readLine() == "a")
        try await sample.connection.withRequest("PUT") { () async throws in
            sample.peer.arrive(.bytes([0x62]))
            #expect(!sample.connection.prepareToEnd())
            #expect(try await sample.connection.read(exactly: 2) == [0x62, 0x0A])
        }
        #expect(sample.row.totals.errors == 0)
    }

    // MARK: Resting

    private func resting(_ arrivals: [ScriptedPeer.Arrival], keepalive: Duration = .seconds(15)) throws
        -> ConnectionSample
    {
        var timeouts = TimeoutSettings()
        timeouts.keepalive = keepalive
        let sample = try ConnectionSample(arrivals, timeouts: timeouts, rests: true)
        sample.host.whileWaiting = { connection, _ in
            if sample.peer.arrivals.isEmpty {
                connection.expire(now: connection.due)
            } else {
                connection.deliver(.readable)
            }
        }
        return sample
    }

    @Test func silentConnectionRestsWithoutATaskUntilItsTimeIsOver() async throws {
        let sample = try resting([.bytes([0x61])])
        let connection = sample.connection
        let start = sample.host.clock.milliseconds
        #expect(try await connection.read() == [0x61])
        sample.host.whileWaiting = { connection, _ in
            #expect(connection.due == start + 500)
            connection.expire(now: start + 500)
        }
        #expect(try await connection.read() == nil)
        #expect(connection.isResting)
        #expect(connection.continueResting())
        #expect(connection.isAsleep)
        #expect(connection.due == start + 15_000, "what it has left of the keep-alive")
        #expect(connection.heldMemory == 0)
    }

    @Test func connectionThatHasNotBegunRestsToo() async throws {
        let sample = try resting([])
        let connection = sample.connection
        try await connection.handshake()
        let start = sample.host.clock.milliseconds
        #expect(try await connection.read() == nil)
        #expect(connection.isResting)
        #expect(connection.continueResting())
        #expect(connection.due == start + 10_000, "what it has left for its first byte")
        sample.host.startDraining()
        #expect(!connection.prepareToEnd())
        #expect(connection.due == start + 1_000)
        let busy = try resting([])
        busy.host.whileWaiting = { connection, _ in
            #expect(connection.due == busy.host.clock.milliseconds + 10_000, "a handshake is not rested from")
            connection.expire(now: connection.due)
        }
        #expect(try await busy.connection.read() == nil)
    }

    @Test func restedConnectionGoesOnAsIfNothingHadBeen() async throws {
        let sample = try resting([.bytes([0x61])])
        let connection = sample.connection
        _ = try await connection.read()
        #expect(try await connection.read() == nil)
        #expect(connection.continueResting())
        sample.peer.arrive(.bytes([0x62]))
        connection.deliver(.readable)
        #expect(!connection.continueResting(), "something has come")
        connection.endRest()
        #expect(!connection.isResting)
        #expect(try await connection.read() == [0x62])
        #expect(try await connection.read() == nil)
        #expect(connection.isResting)
    }

    @Test func restingConnectionIsRousedForTheDrain() async throws {
        let sample = try resting([.bytes([0x61])])
        let connection = sample.connection
        _ = try await connection.read()
        _ = try await connection.read()
        #expect(connection.continueResting())
        sample.host.startDraining()
        #expect(connection.prepareToEnd(), "somebody has to look")
        connection.endRest()
        #expect(try await connection.read() == nil)
        #expect(!connection.isResting, "and it ends")
    }

    @Test func restIsOnlyForTheIdle() async throws {
        let short = try resting([.bytes([0x61])], keepalive: .milliseconds(400))
        _ = try await short.connection.read()
        #expect(try await short.connection.read() == nil)
        #expect(!short.connection.isResting, "its time was over before")
        let partial = try resting([.bytes([0x61])])
        await #expect(throws: ConnectionError.timedOut(.read)) { _ = try await partial.connection.readLine() }
        #expect(!partial.connection.isResting)
        let other = try ConnectionSample([.bytes([0x61])])
        #expect(!other.connection.restFromTheBeginning())
        _ = try await other.connection.read()
        let start = other.host.clock.milliseconds
        other.host.whileWaiting = { connection, _ in
            #expect(connection.due == start + 15_000, "a protocol that did not say so keeps its task")
            connection.expire(now: start + 15_000)
        }
        #expect(try await other.connection.read() == nil)
        #expect(!other.connection.isResting)
    }
}
