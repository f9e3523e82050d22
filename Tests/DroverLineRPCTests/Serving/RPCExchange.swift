import DroverCore
import DroverLineRPC
import DroverLineRPCMessages
import DroverSystem
import Logging

/// A client that has written its messages beforehand, and the server's side of it without a socket.
final class ScriptedSession: TransportSession {
    let descriptor: Int32 = -1
    private var script: [[UInt8]]
    /// What the server sent, call by call.
    private(set) var sent: [[UInt8]] = []

    init(_ script: [[UInt8]]) {
        self.script = script
    }

    func handshake() -> HandshakeStep { .done }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        guard let first = script.first else { return .endOfStream }
        let count = min(first.count, buffer.count)
        buffer.copyBytes(from: first.prefix(count))
        if count < first.count { script[0].removeFirst(count) } else { script.removeFirst() }
        return .bytes(count)
    }

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult {
        sent.append(Array(first) + Array(second))
        return .bytes(first.count + second.count)
    }

    func endSending() {}
    func close() {}
}

/// A host whose time passes at once: whoever waits has waited too long.
final class ImpatientHost: ConnectionHost, @unchecked Sendable {
    override func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        continuation.resume(returning: .timedOut)
    }
}

/// What came of serving one scripted client.
struct RPCExchange {
    /// All that was sent.
    let text: String
    /// How many calls that took.
    let sends: Int
    /// What the worker counted.
    let requests: Int
    let errors: Int

    /// The messages, if they are lines.
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// Serves a client that sends `pieces` and then ends.
    static func run(
        _ pieces: [[UInt8]], settings: LineRPCSettings = LineRPCSettings(),
        _ register: (inout RPCMethods) -> Void = { _ in }
    ) async throws -> RPCExchange {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let host = ImpatientHost(identity: WorkerIdentity(pid: 41, slot: 2, generation: 3), ledger: Ledger(row: row))
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
            id: 7, token: 0, peer: .ipv4(0x7F00_0001, port: 4711), session: session, listener: listener, host: host)
        // A peer that is known to have ended is read to its end without waiting in between.
        connection.deliver(.input(ended: true))
        do { try await server.serve(connection) } catch is ConnectionError {}
        await connection.finish()
        return RPCExchange(
            text: String(decoding: session.sent.flatMap { $0 }, as: UTF8.self), sends: session.sent.count,
            requests: Int(row.totals.requests), errors: Int(row.totals.errors))
    }

    /// Serves a client that sends `lines` at once.
    static func run(
        _ lines: [String], settings: LineRPCSettings = LineRPCSettings(),
        _ register: (inout RPCMethods) -> Void = { _ in }
    ) async throws -> RPCExchange {
        try await run([lines.flatMap { Array($0.utf8) + [0x0A] }], settings: settings, register)
    }
}
