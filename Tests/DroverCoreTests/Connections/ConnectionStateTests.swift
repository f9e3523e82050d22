import Testing

@testable import DroverCore

/// Every move that a connection can make, and no other.
@Suite struct ConnectionStateTests {
    private static let moves: [ConnectionState: [ConnectionEvent: ConnectionState]] = [
        .accepted: [.established: .fresh, .over: .ending, .closed: .closed],
        .fresh: [.received: .resting, .requestBegan: .serving, .over: .ending, .closed: .closed],
        .resting: [
            .received: .resting, .requestBegan: .serving, .takenOver: .upgraded, .over: .ending, .closed: .closed,
        ],
        .serving: [.received: .serving, .requestEnded: .resting, .closed: .closed],
        .upgraded: [.received: .upgraded, .requestBegan: .upgradedServing, .over: .ending, .closed: .closed],
        .upgradedServing: [.received: .upgradedServing, .requestEnded: .upgraded, .closed: .closed],
        .ending: [.received: .ending, .over: .ending, .lingers: .lingering, .closed: .closed],
        .lingering: [.closed: .closed],
        .closed: [:],
    ]

    @Test(arguments: ConnectionState.allCases, ConnectionEvent.allCases)
    func move(_ state: ConnectionState, _ event: ConnectionEvent) throws {
        #expect(state.after(event) == (try #require(Self.moves[state]))[event])
    }

    @Test func connectionGoesThroughItsLife() async throws {
        let sample = try ConnectionSample([.bytes([1]), .end], isEstablished: false)
        let connection = sample.connection
        #expect(connection.state == .accepted && !connection.isEstablished)
        try await connection.handshake()
        #expect(connection.state == .fresh)
        _ = try await connection.read()
        #expect(connection.state == .resting)
        connection.withRequest("a") { #expect(connection.state == .serving) }
        #expect(connection.state == .resting)
        connection.holdOpen()
        connection.withRequest("a") { #expect(connection.state == .upgradedServing) }
        #expect(connection.state == .upgraded)
        connection.lingerAtEnd()
        await connection.finish()
        #expect(connection.state == .lingering && connection.isOver)
        connection.abandon()
        #expect(connection.state == .closed)
    }

    @Test func requestThatIsLeftOpenEndsWithItsConnection() async throws {
        let sample = try ConnectionSample([.bytes([1])])
        sample.connection.beginRequest([1].span.bytes)
        await sample.connection.finish()
        #expect(sample.connection.state == .closed && sample.row.totals.requests == 1)
    }
}
