public import DroverCore
import DroverScriptedSupport
import DroverSystem

/// What came of one client's connection.
public struct ProtocolExchange: Sendable {
    /// All that was sent to the client.
    public let bytes: [UInt8]
    /// How many calls of send(2) that would have been.
    public let sends: Int
    /// How many requests were counted.
    public let requests: Int
    /// How many mistakes of the client were counted.
    public let errors: Int
    /// How often a task was needed: for each message that `step` has left to `serveMessage`, and once for a protocol that
    /// has `serve` alone.
    public let tasks: Int
    /// Why the connection could not go on; nil when it ended in order.
    public let failure: ConnectionError?

    static func run(
        _ serverProtocol: some ServerProtocol, _ pieces: [[UInt8]], isSilent: Bool
    ) async throws -> ProtocolExchange {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let place = ImpatientPlace(WorkerIdentity(pid: 1, slot: 0, generation: 1), Ledger(row: row))
        let session = ScriptedSession(pieces)
        let counted = (serverProtocol as? any MessageProtocol).map { CountedMessages($0) }
        let served: any ServerProtocol = counted ?? serverProtocol
        let listener = WorkerListener(
            descriptor: -1, address: .unnamed, settings: ListenerSettings(),
            limits: ConnectionLimits(TimeoutSettings()), transport: PlainTransport(), protocolHandler: served)
        let connection = Connection(
            id: 1, token: 0, peer: .ipv4(0x7F00_0001, port: 4711), session: session, listener: listener,
            host: place.host)
        try await connection.handshake()
        // A client that is known to have ended is read to its end without a wait in between.
        connection.deliver(.input(ended: !isSilent))
        var failure: ConnectionError?
        do { try await served.serve(connection) } catch let error as ConnectionError { failure = error }
        await connection.finish()
        let totals = row.totals
        return ProtocolExchange(
            bytes: session.sent.flatMap { $0 }, sends: session.sent.count, requests: Int(totals.requests),
            errors: Int(totals.errors), tasks: counted?.tasks ?? 1, failure: failure ?? place.end)
    }
}
