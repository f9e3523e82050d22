import DroverScriptedSupport
import DroverSystem
import Logging

@testable import DroverHTTPMessages
@testable import DroverUWSGI

extension Exchange {
    /// Serves a gateway that sends `pieces` and then ends.
    static func run(
        _ pieces: [[UInt8]], settings: UWSGISettings = UWSGISettings(),
        peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711),
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) async throws -> Exchange {
        let uwsgi = UWSGIProtocol(
            handler: ClosureHandler(handler), settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await serve(pieces, peer: peer, by: uwsgi)
    }

    /// Serves one packet of `variables`, and a body after it.
    static func run(
        _ variables: [(String, String)] = Packet.get, body: String = "", settings: UWSGISettings = UWSGISettings(),
        peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711),
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) async throws -> Exchange {
        try await run([Packet.bytes(variables) + Array(body.utf8)], settings: settings, peer: peer, handler)
    }
}
