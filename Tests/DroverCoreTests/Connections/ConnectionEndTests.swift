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
        #expect(sample.peer.hasSaidFarewell)
        #expect(!sample.connection.isLingering, "with nothing unread there is no need to linger")
        #expect(sample.connection.heldMemory == 0)
        #expect(sample.connection.local == .unnamed)
    }

    // MARK: Draining

    @Test func idleConnectionEndsAtOnce() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        _ = try await sample.connection.read()
        sample.place.whileWaiting = { connection, _ in
            sample.host.startDraining()
            #expect(!connection.prepareToEnd(), "its task is there already")
            #expect(!connection.isAwaited, "and was woken")
        }
        #expect(try await sample.connection.read() == nil)
        #expect(sample.peer.emptyReceives == 1, "it has looked once more")
        #expect(sample.place.waits.count == 2)
    }

    @Test func requestThatHadArrivedIsStillRead() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        _ = try await sample.connection.read()
        sample.place.whileWaiting = { connection, _ in
            sample.host.startDraining()
            sample.peer.arrive(.bytes([0x62]))
            _ = connection.prepareToEnd()
        }
        #expect(try await sample.connection.read() == [0x62])
        #expect(try await sample.connection.read() == nil)
        #expect(sample.place.waits.count == 2)
    }

    @Test func whoHasJustConnectedGetsASecond() async throws {
        let sample = try ConnectionSample()
        let start = sample.host.clock.milliseconds
        sample.place.whileWaiting = { connection, _ in
            #expect(connection.due == start + 10_000)
            sample.host.startDraining()
            #expect(!connection.prepareToEnd())
            #expect(connection.isAwaited, "not yet")
            #expect(connection.due == start + 1_000)
            connection.expire(now: start + 1_000)?.cancel()
        }
        #expect(try await sample.connection.read() == nil)
        let late = try ConnectionSample([.bytes([0x61])])
        late.host.startDraining()
        #expect(try await late.connection.read() == [0x61])
        #expect(late.place.waits.map(\.patience) == [1_000])
    }

    @Test func messageAndRequestInProgressAreNotDisturbed() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        var waits = 0
        sample.place.whileWaiting = { connection, _ in
            waits += 1
            if waits > 1 {
                sample.host.startDraining()
                #expect(!connection.prepareToEnd())
                #expect(connection.isAwaited)
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
}
