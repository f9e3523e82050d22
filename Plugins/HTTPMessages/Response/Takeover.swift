public import DroverCore

/// What becomes of a connection that leaves HTTP.
final class Takeover: Sendable {
    /// The protocol that Upgrade names; nil for a tunnel, which CONNECT asks for.
    let token: String?
    /// Serves the connection to its end.
    let serve: @Sendable (Connection) async throws -> Void

    init(token: String?, serve: @escaping @Sendable (Connection) async throws -> Void) {
        self.token = token
        self.serve = serve
    }
}

extension Response {
    /// Leaves HTTP for the protocol `token`, such as `websocket`: 101, and then `serve` has the connection.
    ///
    /// Whatever the peer sent behind its request is there to be read. The worker counts the connection as taken over until
    /// `serve` returns, which closes it; what was written last is sent before. A wait for input ends after
    /// `takeover_timeout` of silence, and once when the worker drains, so that the handler can say goodbye: see *Connections
    /// that a handler takes over* in docs/HTTP.md. A peer that did not ask for `token` gets 426 instead.
    public static func upgrade(
        to token: String, fields: HeaderFields = [],
        _ serve: @escaping @Sendable (Connection) async throws -> Void
    ) -> Response {
        Response(
            status: .switchingProtocols, fields: fields,
            body: ResponseBody(.takeover(Takeover(token: token, serve: serve))))
    }

    /// Grants a CONNECT request its tunnel: 200, and then `serve` has the connection.
    ///
    /// Only a handler whose ``HTTPHandler/acceptsTunnels`` is true is asked; any other request gets 501 instead. The
    /// connection has the same life as one of ``upgrade(to:fields:_:)``.
    public static func tunnel(
        fields: HeaderFields = [], _ serve: @escaping @Sendable (Connection) async throws -> Void
    ) -> Response {
        Response(fields: fields, body: ResponseBody(.takeover(Takeover(token: nil, serve: serve))))
    }
}
