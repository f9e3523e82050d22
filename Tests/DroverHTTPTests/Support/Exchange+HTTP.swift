import DroverScriptedSupport
import DroverSystem
import Logging

@testable import DroverHTTP
@testable import DroverHTTPMessages

extension Exchange {
    /// Serves a client that sends `pieces` and then ends, or with `waits` then keeps silent.
    static func run(
        _ pieces: [String], waits: Bool = false, drains: Bool = false, settings: HTTPSettings = HTTPSettings(),
        peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711), isRepeatable: Bool = true, _ handler: any HTTPHandler
    ) async throws -> Exchange {
        try await run(
            bytes: pieces.map { Array($0.utf8) }, waits: waits, drains: drains, settings: settings, peer: peer,
            isRepeatable: isRepeatable, handler)
    }

    /// The same for a client that sends more than text.
    static func run(
        bytes script: [[UInt8]], waits: Bool = false, drains: Bool = false, settings: HTTPSettings = HTTPSettings(),
        peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711), isRepeatable: Bool = true, _ handler: any HTTPHandler
    ) async throws -> Exchange {
        let http = HTTPProtocol(
            handler: handler, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let row = try newRow()
        let exchange = try await serve(script, waits: waits, drains: drains, peer: peer, row: row, by: http)
        guard isRepeatable, handler.immediate != nil else { return exchange }
        // What is answered on the loop is answered the same; some bodies have random parts.
        let prompt = try await serve(script, waits: waits, drains: drains, atOnce: true, peer: peer, row: row, by: http)
        let isRandom = exchange.text.contains("boundary=")
        guard prompt.statuses == exchange.statuses,
            isRandom || prompt.text.utf8.count == exchange.text.utf8.count,
            prompt.requests == exchange.requests, prompt.errors == exchange.errors
        else { throw Disagreement(expected: exchange.text, prompt: prompt.text) }
        return exchange
    }

    struct Disagreement: Error {
        let expected: String
        let prompt: String
    }
}
