import DroverCore
import DroverScriptedSupport
import DroverSystem
import Logging

@testable import DroverHTTP
@testable import DroverHTTPMessages

/// A sink that keeps what it is given, or refuses it.
final class KeptLines: LineSink, @unchecked Sendable {
    private let lock = Lock()
    private var bytes: [UInt8] = []
    private var writeCount = 0

    func write(_ lines: [UInt8]) {
        lock.withLock {
            bytes += lines
            writeCount += 1
        }
    }

    func reopen() throws(SystemError) {}
    var dropped: Int { 0 }
    var writes: Int { lock.withLock { writeCount } }
    var lines: [String] {
        lock.withLock { String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
    }
}

/// The access log of one scripted connection.
enum LoggedExchange {
    /// Serves a client that sends `pieces`, and returns the lines of a log in `format`.
    static func lines(
        _ format: String, _ pieces: [String], settings: HTTPSettings = HTTPSettings(), _ handler: any HTTPHandler
    ) async throws -> [String] {
        try await lines(format, bytes: pieces.map { Array($0.utf8) }, settings: settings, handler)
    }

    /// The same for a client that sends more than text.
    static func lines(
        _ format: String, bytes pieces: [[UInt8]], settings: HTTPSettings = HTTPSettings(), _ handler: any HTTPHandler
    ) async throws -> [String] {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let place = ImpatientPlace(WorkerIdentity(pid: 41, slot: 2, generation: 3), Ledger(row: row))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let sink = KeptLines()
        let log = AccessLog(sink: sink, format: try AccessFormat(format), logger: logger)
        let http = HTTPProtocol(handler: handler, settings: settings, logger: logger, accessLog: log)
        let listener = WorkerListener(
            descriptor: -1, address: .unnamed, settings: ListenerSettings(),
            limits: ConnectionLimits(TimeoutSettings()), transport: PlainTransport(), protocolHandler: http)
        let connection = Connection(
            id: 7, token: 0, peer: .ipv4(0x7F00_0001, port: 4711),
            session: ScriptedSession(pieces),
            listener: listener, host: place.host)
        try await connection.handshake()
        connection.deliver(.input(ended: true))
        do { try await http.serve(connection) } catch is ConnectionError {}
        await connection.finish()
        log.flush()
        return sink.lines
    }
}
