import DroverSystem
import Testing

@testable import DroverCore

/// When a connection may give its place to another.
@Suite struct ConnectionRestTests {
    private func sample(_ arrivals: [ScriptedPeer.Arrival], rests: Bool = true) throws -> ConnectionSample {
        let sample = try ConnectionSample(arrivals, rests: rests)
        sample.connection.isPolled = true
        return sample
    }

    @Test func silentConnectionRestsFromItsLastMessageOn() async throws {
        let sample = try sample([.bytes([0x61])])
        let connection = sample.connection
        #expect(connection.rest == nil, "its task is at work")
        #expect(try await connection.read() == [0x61])
        let rest = Connection.Rest(since: sample.host.clock.milliseconds, isFresh: false)
        sample.host.someRest = false
        sample.host.whileWaiting = { connection, _ in
            #expect(connection.rest == rest)
            #expect(sample.host.someRest)
            connection.isPolled = false
            #expect(connection.rest == nil, "nobody would hear of what comes")
            connection.isPolled = true
            connection.startGivingWay()
        }
        #expect(try await connection.read() == nil)
        #expect(connection.givesWay && connection.rest == nil, "once is enough")
        #expect(connection.continueResting())
        connection.givesWay = false
        #expect(connection.rest == rest, "that its task has ended makes no difference")
        connection.expectInput()
        #expect(connection.rest == nil)
    }

    @Test func whoHasNotBegunIsFresh() async throws {
        let early = try sample([])
        #expect(early.connection.restFromTheBeginning())
        #expect(early.connection.rest == Connection.Rest(since: early.host.clock.milliseconds, isFresh: true))
        let served = try sample([])
        try await served.connection.handshake()
        served.host.whileWaiting = { connection, _ in
            #expect(connection.rest == Connection.Rest(since: served.host.clock.milliseconds, isFresh: true))
            connection.interrupt(.timedOut)
        }
        _ = try await served.connection.read()
    }

    @Test func whatHasBegunIsNoRest() async throws {
        let message = try sample([.bytes([0x61])])
        message.host.whileWaiting = { connection, _ in
            #expect(connection.rest == nil || connection.bufferedCount == 0)
            if message.peer.arrivals.isEmpty { connection.interrupt(.timedOut) } else { connection.deliver(.readable) }
        }
        await #expect(throws: ConnectionError.timedOut(.read)) { _ = try await message.connection.readLine() }
        let request = try sample([.bytes([0x61])])
        _ = try await request.connection.read()
        request.host.whileWaiting = { connection, _ in
            #expect(connection.rest == nil)
            connection.interrupt(.timedOut)
        }
        await #expect(throws: ConnectionError.timedOut(.read)) {
            try await request.connection.withRequest("PUT") { () async throws in _ = try await request.connection.read()
            }
        }
        let lasting = try sample([.bytes([0x61])], rests: false)
        _ = try await lasting.connection.read()
        lasting.host.whileWaiting = { connection, _ in
            #expect(connection.rest == nil, "its protocol remembers something from one message to the next")
            connection.interrupt(.timedOut)
        }
        _ = try await lasting.connection.read()
    }
}
