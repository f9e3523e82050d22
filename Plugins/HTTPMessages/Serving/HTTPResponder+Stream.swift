import DroverCore
import Logging

// Replies that are more than a head and some bytes.
extension HTTPResponder {
    /// Sends what is left of a reply, whatever it is.
    ///
    /// - Returns: Whether the next request can be read.
    func send(_ reply: UnfinishedReply, _ exchange: HTTPExchange) async throws -> Bool {
        var response = reply.response
        do {
            guard let framing = reply.framing else { return try await send(&response, exchange) }
            try await sendBody(of: response, framing, exchange)
            return try await finish(response, framing, exchange)
        } catch {
            await exchange.close()
            exchange.body?.abandonRest()
            throw error
        }
    }

    private func send(_ response: inout Response, _ exchange: HTTPExchange) async throws -> Bool {
        if let fault = ResponseFault.first(atLength: response) { replace(&response, fault, exchange) }
        switch response.body.content {
        case .takeover(let takeover):
            if let connection = exchange.connection, isWanted(takeover, exchange) {
                return try await leave(to: takeover, response, exchange, connection)
            }
            response = takeover.token.map(Self.upgradeRequired) ?? .status(.notImplemented)
        case .stream(let stream) where !exchange.storage.wantsTunnel:
            return try await send(stream, &response, exchange)
        default: break
        }
        // RFC 9110 section 9.3.6: any 2xx opens the tunnel, and nothing is here to serve it.
        if exchange.storage.wantsTunnel, response.status.code / 100 == 2 { response = .status(.notImplemented) }
        return try await sendWhole(&response, exchange)
    }

    private func sendWhole(_ response: inout Response, _ exchange: HTTPExchange) async throws -> Bool {
        let framing = begin(&response, exchange)
        if framing.sendsBody, !framing.sendsInline { try await sendBody(of: response, framing, exchange) }
        return try await finish(response, framing, exchange)
    }

    private func send(
        _ stream: StreamedBody, _ response: inout Response, _ exchange: HTTPExchange
    ) async throws -> Bool {
        let head = response
        let framing = framing(of: response, exchange)
        guard framing.sendsBody else {
            sendHead(of: head, framing, exchange)
            return try await finish(response, framing, exchange)
        }
        let coding: ResponseWriter.Coding =
            framing.isChunked ? .chunked : framing.length == nil ? .untilClose : .length
        let writer = ResponseWriter(exchange, length: framing.length, coding: coding) { [self] in
            sendHead(of: head, framing, exchange)
        }
        do {
            try await stream.produce(writer)
            try writer.end()
        } catch {
            writer.abandon()
            guard writer.hasBegun else {
                response = try self.response(to: error, exchange)
                guard response.body.isInMemory else { throw error }
                return try await sendWhole(&response, exchange)
            }
            breakOff(error, coding, exchange)
            if accessLog != nil { record(exchange, response, framing, bodyBytes: writer.count) }
            await exchange.close()
            exchange.body?.abandonRest()
            exchange.endRequest()
            return false
        }
        return try await finish(response, framing, exchange, bodyBytes: writer.count)
    }

    /// Ends a reply in the middle such that the peer cannot take it for a whole one.
    private func breakOff(_ error: any Error, _ coding: ResponseWriter.Coding, _ exchange: HTTPExchange) {
        // A body in chunks lacks its last one, and a declared length its last bytes. Where the end of the connection is
        // the end of the body, only a reset tells.
        if coding == .untilClose { exchange.connection?.reset() }
        exchange.stream?.breakOff()
        let isPeers =
            (error as? ConnectionError)?.isUpstream == false || error is CancellationError && exchange.hasExpired
        log(isPeers ? .debug : .error, "response_broken_off", exchange.request, error)
    }
}
