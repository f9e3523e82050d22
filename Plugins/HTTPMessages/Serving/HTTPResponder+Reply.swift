import DroverCore
import Logging

// A reply in its steps: the head, with a body that fits beside it; the body; the end.
extension HTTPResponder {
    /// Begins a reply whose body is in memory, with as much of the body as fits beside the head.
    ///
    /// A response that cannot be sent is replaced by a 500.
    func begin(_ response: inout Response, _ exchange: HTTPExchange, _ connection: Connection) -> ReplyFraming {
        if response.prepared == nil, let fault = ResponseFault.first(in: response) {
            replace(&response, fault, exchange)
        }
        return beginSound(response, exchange.storage, persists: exchange.isReusable, connection)
    }

    /// The same for a response that has no fault.
    @inline(__always)
    func beginSound(
        _ response: Response, _ request: RequestStorage, persists: Bool, _ connection: Connection
    ) -> ReplyFraming {
        if let prepared = response.prepared { return begin(prepared, request, persists: persists, connection) }
        let framing = ReplyFraming(response, to: request, persists: persists)
        sendHead(of: response, framing, connection)
        return framing
    }

    /// The same for a reply of which most was written beforehand.
    private func begin(
        _ prepared: PreparedReply, _ request: RequestStorage, persists: Bool, _ connection: Connection
    ) -> ReplyFraming {
        let framing = ReplyFraming(prepared, to: request, persists: persists)
        let now = connection.wallClock
        connection.withOutput(reserving: ResponseEncoder.bound(prepared)) { output in
            encoder.append(prepared, framing: framing, now: now, to: &output)
        }
        return framing
    }

    /// Begins a reply over whatever carries the exchange.
    func begin(_ response: inout Response, _ exchange: HTTPExchange) -> ReplyFraming {
        if let connection = exchange.connection { return begin(&response, exchange, connection) }
        if response.prepared == nil, let fault = ResponseFault.first(in: response) {
            replace(&response, fault, exchange)
        }
        let framing = framing(of: response, exchange)
        sendHead(of: response, framing, exchange)
        return framing
    }

    /// How a response travels that was not written beforehand.
    func framing(of response: Response, _ exchange: HTTPExchange) -> ReplyFraming {
        if exchange.stream != nil { return ReplyFraming(response, overStream: exchange.storage) }
        return ReplyFraming(response, to: exchange.storage, persists: exchange.isReusable)
    }

    /// Sends the head, with a body that fits beside it.
    func sendHead(of response: Response, _ framing: ReplyFraming, _ exchange: HTTPExchange) {
        if let stream = exchange.stream {
            stream.send(ReplyHead(response, framing, now: exchange.wallClock), isLast: !framing.sendsBody)
        } else if let connection = exchange.connection {
            sendHead(of: response, framing, connection)
        }
    }

    @inline(__always)
    func sendHead(of response: Response, _ framing: ReplyFraming, _ connection: Connection) {
        let now = connection.wallClock
        connection.withOutput(reserving: ResponseEncoder.bound(response, framing)) { output in
            encoder.append(response, framing: framing, now: now, to: &output)
        }
    }

    /// Sends a body that does not stand beside its head.
    func sendBody(of response: Response, _ framing: ReplyFraming, _ exchange: HTTPExchange) async throws {
        do {
            switch response.body.content {
            case .none, .stream, .takeover: break
            case .string(let text): try await exchange.send(Array(text.utf8))
            case .bytes(let bytes): try await exchange.send(bytes)
            case .file(let file): try await exchange.send(file)
            }
            exchange.finish()
        } catch {
            exchange.stream?.breakOff()
            if accessLog != nil { record(exchange, response, framing, bodyBytes: nil) }
            guard error is TruncatedFile else { throw error }
            log(.error, "response_broken_off", exchange.request, error)
            throw ConnectionError.endOfStream
        }
    }

    /// Ends a request whose reply has been written.
    ///
    /// - Returns: Whether the next request can be read.
    func finish(
        _ response: Response, _ framing: ReplyFraming, _ exchange: HTTPExchange, bodyBytes: Int? = nil
    ) async throws -> Bool {
        if accessLog != nil { try await recordEnd(exchange, response, framing, bodyBytes ?? framing.length) }
        await exchange.close()
        var goesOn = framing.persistence != .ended
        if let body = exchange.body {
            // What is left of a body belongs to its request. A connection that waited for it between two requests might
            // rest meanwhile, and take it for the next request when it comes.
            if goesOn { goesOn = try await body.discardRest() }
            body.abandonRest()
        }
        exchange.endRequest()
        return goesOn
    }
}
