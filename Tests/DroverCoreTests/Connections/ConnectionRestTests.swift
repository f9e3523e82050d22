import DroverSystem
import Testing

@testable import DroverCore

/// When a connection may give its place to another.
@Suite struct ConnectionRestTests {
    private func sample(
        _ arrivals: [ScriptedPeer.Arrival], by serverProtocol: any MessageProtocol = DeafProtocol()
    ) throws -> ConnectionSample {
        let sample = try ConnectionSample(arrivals, by: serverProtocol)
        sample.connection.isPolled = true
        #expect(sample.connection.restFromTheBeginning())
        if !arrivals.isEmpty { sample.connection.expectInput() }
        return sample
    }

    @Test func silentConnectionRestsFromItsLastMessageOn() async throws {
        let sample = try sample([.bytes([0x61])])
        let connection = sample.connection
        #expect(connection.rest == nil, "something has come for it")
        sample.host.someRest = false
        #expect(connection.advance() == .waits)
        let rest = Connection.Rest(since: sample.host.clock.milliseconds, isFresh: false)
        #expect(connection.rest == rest && sample.host.someRest)
        connection.isPolled = false
        #expect(connection.rest == nil, "its loop would not hear of what comes")
        connection.isPolled = true
        connection.expectInput()
        #expect(connection.rest == nil)
    }

    @Test func taskOfASilentConnectionMakesNoDifference() async throws {
        let sample = try sample([.bytes([0x61])])
        let connection = sample.connection
        connection.beginTask()
        let rest = Connection.Rest(since: sample.host.clock.milliseconds, isFresh: false)
        sample.place.whileWaiting = { connection, _ in
            #expect(connection.rest == rest)
            connection.startGivingWay()
        }
        try await connection.spoken.protocolHandler.serve(connection)
        #expect(connection.givesWay && connection.rest == nil, "once is enough")
        #expect(connection.continueResting())
        connection.givesWay = false
        #expect(connection.rest == rest, "that its task has ended makes no difference")
    }

    @Test func connectionThatHasSaidNothingIsFresh() async throws {
        let early = try sample([])
        #expect(early.connection.rest == Connection.Rest(since: early.host.clock.milliseconds, isFresh: true))
    }

    /// Keeps what it gets for half of a message.
    private struct Hoarder: MessageProtocol {
        func step(_ connection: Connection) -> Step { .rest }
        func serveMessage(_ connection: Connection) async throws -> Next { .end }
    }

    /// Remembers something of each connection.
    private struct Chronicler: MessageProtocol {
        func step(_ connection: Connection) -> Step {
            connection.consume(connection.bufferedCount)
            connection.protocolState = BufferPool(isShared: false)
            return .rest
        }
        func serveMessage(_ connection: Connection) async throws -> Next { .end }
    }

    /// Has something in progress.
    private struct Waiter: MessageProtocol {
        func step(_ connection: Connection) -> Step {
            connection.consume(connection.bufferedCount)
            return .listen(until: .max)
        }
        func serveMessage(_ connection: Connection) async throws -> Next { .end }
    }

    @Test func connectionAtWorkDoesNotRest() async throws {
        for serverProtocol in [Hoarder(), Chronicler(), Waiter()] as [any MessageProtocol] {
            let sample = try sample([.bytes([0x61])], by: serverProtocol)
            #expect(sample.connection.advance() == .waits)
            #expect(sample.connection.rest == nil, "\(serverProtocol)")
        }
        let request = try sample([.bytes([0x61])])
        #expect(request.connection.advance() == .waits)
        request.connection.beginRequest([0x61].span.bytes)
        #expect(request.connection.rest == nil)
    }

    // MARK: Without a task

    @Test func silentConnectionLosesItsTaskBeforeItsTimeIsOver() async throws {
        let sample = try sample([.bytes([0x61])])
        let connection = sample.connection
        connection.beginTask()
        let start = sample.host.clock.milliseconds
        sample.place.whileWaiting = { connection, _ in
            #expect(connection.due == start + 500)
            connection.expire(now: start + 500)?.cancel()
        }
        try await connection.spoken.protocolHandler.serve(connection)
        #expect(connection.isResting)
        #expect(connection.continueResting() && connection.isAsleep)
        #expect(connection.due == start + 15_000, "what it has left of the keep-alive")
        #expect(connection.heldMemory == 0)
        connection.deliver(.readable)
        #expect(!connection.continueResting(), "something has come")
    }

    @Test func handshakeEndsWithoutATask() async throws {
        let sample = try ConnectionSample([], by: DeafProtocol(), isEstablished: false)
        let connection = sample.connection
        connection.beginTask()
        try await connection.handshake()
        let start = sample.host.clock.milliseconds
        #expect(connection.restAfterHandshake() && connection.continueResting())
        #expect(connection.due == start + 10_000, "what it has left for its first byte")
    }

    @Test func protocolOfOneMethodKeepsItsTask() async throws {
        let sample = try ConnectionSample([.bytes([0x61])])
        #expect(!sample.connection.restFromTheBeginning())
        _ = try await sample.connection.read()
        let start = sample.host.clock.milliseconds
        sample.place.whileWaiting = { connection, _ in
            #expect(connection.due == start + 15_000)
            connection.expire(now: start + 15_000)?.cancel()
        }
        #expect(try await sample.connection.read() == nil)
        #expect(!sample.connection.isResting)
    }
}
