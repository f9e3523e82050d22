import DroverCore

// Replies after which the connection speaks something else than HTTP.
extension HTTPResponder {
    /// Whether the peer has asked for what the handler grants.
    func isWanted(_ takeover: Takeover, _ exchange: HTTPExchange) -> Bool {
        guard let token = takeover.token else { return exchange.storage.wantsTunnel }
        return exchange.request.upgrades.contains { FoldedBytes.equal($0, token) }
    }

    /// Says that HTTP ends here, and gives the connection away.
    ///
    /// - Returns: False: no other request is read.
    func leave(
        to takeover: Takeover, _ response: Response, _ exchange: HTTPExchange, _ connection: Connection
    ) async throws -> Bool {
        await exchange.close()
        // RFC 9110 section 7.8: the new protocol begins behind the request's body.
        if let body = exchange.body, try await !body.discardRest() {
            body.abandonRest()
            connection.endRequest()
            return false
        }
        let framing = ReplyFraming(leavingHTTP: ())
        sendHead(of: response, framing, connection)
        if accessLog != nil { record(exchange, response, framing, bodyBytes: nil) }
        connection.endRequest()
        exchange.letGo()
        connection.holdOpen()
        try await connection.flush()
        try await takeover.serve(connection)
        return false
    }

    /// What a peer gets that has not asked for `token`.
    static func upgradeRequired(_ token: String) -> Response {
        var response = Response.status(.upgradeRequired)
        response.fields.append("Upgrade", token)
        return response
    }
}
