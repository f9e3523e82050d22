import DroverCore
import Logging

// Replies that are more than a head and some bytes.
extension HTTPResponder {
    /// Answers with a stream, or by giving the connection away.
    ///
    /// - Returns: Whether the next request can be read.
    func answerAtLength(
        _ response: inout Response, _ request: RequestStorage, _ connection: Connection
    ) async throws -> Bool {
        let body = request.body as? ConnectionBody
        if let fault = ResponseFault.first(atLength: response) { replace(&response, fault, request) }
        switch response.body.content {
        case .takeover(let takeover):
            if isWanted(takeover, request) { return try await leave(to: takeover, response, request, connection) }
            response = takeover.token.map(Self.upgradeRequired) ?? .status(.notImplemented)
        case .stream(let stream) where !request.wantsTunnel:
            return try await send(stream, &response, request, connection)
        default: break
        }
        // RFC 9110 section 9.3.6: any 2xx opens the tunnel, and nobody is here to serve it.
        if request.wantsTunnel, response.status.code / 100 == 2 { response = .status(.notImplemented) }
        return try await answerWhole(&response, request, body, connection)
    }

    private func answerWhole(
        _ response: inout Response, _ request: RequestStorage, _ body: ConnectionBody?, _ connection: Connection
    ) async throws -> Bool {
        let framing = reply(&response, request, body, connection)
        if framing.sendsBody, !framing.sendsInline { try await sendRest(of: response, framing, request, connection) }
        return try await finish(response, framing, request, body, connection)
    }

    // MARK: Streams

    private func send(
        _ stream: StreamedBody, _ response: inout Response, _ request: RequestStorage, _ connection: Connection
    ) async throws -> Bool {
        let head = response
        let body = request.body as? ConnectionBody
        let framing = ReplyFraming(response, to: request, persists: persists(body, connection))
        guard framing.sendsBody else {
            append(head, framing, connection)
            return try await finish(response, framing, request, body, connection)
        }
        let coding: ResponseWriter.Coding =
            framing.isChunked ? .chunked : framing.length == nil ? .untilClose : .length
        let writer = ResponseWriter(connection, length: framing.length, coding: coding) { [self] in
            append(head, framing, connection)
        }
        do {
            try await stream.produce(writer)
            try writer.end()
        } catch {
            writer.abandon()
            guard writer.hasBegun else {
                response = try self.response(to: error, Request(request), connection)
                guard response.body.isInMemory else { throw error }
                return try await answerWhole(&response, request, body, connection)
            }
            breakOff(error, coding, request, connection)
            if accessLog != nil { record(Request(request), response, framing, connection, bodyBytes: writer.count) }
            connection.endRequest()
            return false
        }
        return try await finish(response, framing, request, body, connection, bodyBytes: writer.count)
    }

    /// Ends a reply in the middle such that the peer cannot take it for a whole one.
    private func breakOff(
        _ error: any Error, _ coding: ResponseWriter.Coding, _ request: RequestStorage, _ connection: Connection
    ) {
        // A body in chunks lacks its last one, and a declared length its last bytes. Where the end of the connection is
        // the end of the body, only a reset tells.
        if coding == .untilClose { connection.reset() }
        if error is ConnectionError {
            log(.debug, "response_broken_off", Request(request), error)
        } else {
            log(.error, "response_broken_off", Request(request), error)
        }
    }

    // MARK: Leaving HTTP

    private func isWanted(_ takeover: Takeover, _ request: RequestStorage) -> Bool {
        guard let token = takeover.token else { return request.wantsTunnel }
        return Request(request).upgrades.contains { FoldedBytes.equal($0, token) }
    }

    private func leave(
        to takeover: Takeover, _ response: Response, _ request: RequestStorage, _ connection: Connection
    ) async throws -> Bool {
        // RFC 9110 section 7.8: the new protocol begins behind the request's body.
        if let body = request.body as? ConnectionBody, try await !body.discardRest() {
            connection.endRequest()
            return false
        }
        let framing = ReplyFraming(leavingHTTP: ())
        append(response, framing, connection)
        if accessLog != nil { record(Request(request), response, framing, connection, bodyBytes: nil) }
        connection.endRequest()
        connection.holdOpen()
        try await connection.flush()
        try await takeover.serve(connection)
        return false
    }

    private static func upgradeRequired(_ token: String) -> Response {
        var response = Response.status(.upgradeRequired)
        response.fields.append("Upgrade", token)
        return response
    }
}
