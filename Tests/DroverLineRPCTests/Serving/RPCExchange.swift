import DroverCore
import DroverLineRPCMessages
import DroverScriptedSupport
import DroverSystem
import Logging

@testable import DroverLineRPC

/// What came of serving one scripted client.
struct RPCExchange {
    /// All that was sent.
    let text: String
    /// How many calls that took.
    let sends: Int
    /// What the worker counted.
    let requests: Int
    let errors: Int
    /// How often others had their turn in between.
    let turns: Int

    /// The messages, if they are lines.
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// Serves a client that sends `pieces` and then ends.
    static func run(
        _ pieces: [[UInt8]], settings: LineRPCSettings = LineRPCSettings(),
        _ register: (inout RPCMethods) -> Void = { _ in }
    ) async throws -> RPCExchange {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let place = ImpatientPlace(WorkerIdentity(pid: 41, slot: 2, generation: 3), Ledger(row: row))
        let session = ScriptedSession(pieces)
        var methods = RPCMethods.stock
        register(&methods)
        let server = LineRPCProtocol(
            methods: methods.listingThemselves(), settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let listener = WorkerListener(
            descriptor: -1, address: .unnamed, settings: ListenerSettings(),
            limits: ConnectionLimits(TimeoutSettings()), transport: PlainTransport(), protocolHandler: server)
        let connection = Connection(
            id: 7, token: 0, peer: .ipv4(0x7F00_0001, port: 4711), session: session, listener: listener,
            host: place.host)
        try await connection.handshake()
        // A peer that is known to have ended is read to its end without waiting in between.
        connection.deliver(.input(ended: true))
        do { try await server.serve(connection) } catch is ConnectionError {}
        await connection.finish()
        return RPCExchange(
            text: String(decoding: session.sent.flatMap { $0 }, as: UTF8.self), sends: session.sent.count,
            requests: Int(row.totals.requests), errors: Int(row.totals.errors), turns: place.turns)
    }

    /// Serves a client that sends `lines` at once.
    static func run(
        _ lines: [String], settings: LineRPCSettings = LineRPCSettings(),
        _ register: (inout RPCMethods) -> Void = { _ in }
    ) async throws -> RPCExchange {
        try await run([lines.flatMap { Array($0.utf8) + [0x0A] }], settings: settings, register)
    }
}
