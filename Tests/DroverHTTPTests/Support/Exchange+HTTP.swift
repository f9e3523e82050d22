import DroverHTTP
import DroverHTTPMessages
import DroverScriptedSupport
import DroverSystem
import Logging

extension Exchange {
    /// Serves a client that sends `pieces` and then ends, or with `waits` then keeps silent.
    static func run(
        _ pieces: [String], waits: Bool = false, drains: Bool = false, settings: HTTPSettings = HTTPSettings(),
        peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711), _ handler: any HTTPHandler
    ) async throws -> Exchange {
        let http = HTTPProtocol(
            handler: handler, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await serve(pieces.map { Array($0.utf8) }, waits: waits, drains: drains, peer: peer, by: http)
    }
}
