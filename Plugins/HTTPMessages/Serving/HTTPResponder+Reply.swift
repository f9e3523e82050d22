package import DroverCore
import Logging

extension HTTPResponder {
    /// Puts the reply into the connection's output, without a body that is too large to be copied.
    ///
    /// A response that cannot be sent is replaced by a 500.
    @inline(never)
    func reply(
        _ response: inout Response, _ request: RequestStorage, _ body: ConnectionBody?, _ connection: Connection
    ) -> ReplyFraming {
        if response.prepared == nil, let fault = ResponseFault.first(in: response) {
            replace(&response, fault, request)
        }
        return write(response, request, body, connection)
    }

    /// Puts a response that has no fault into the connection's output.
    @inline(__always)
    func write(
        _ response: Response, _ request: RequestStorage, _ body: ConnectionBody?, _ connection: Connection
    ) -> ReplyFraming {
        if let prepared = response.prepared { return reply(prepared, request, body, connection) }
        let framing = ReplyFraming(response, to: request, persists: persists(body, connection))
        append(response, framing, connection)
        return framing
    }

    /// Whether the connection can go on after this request, as far as the server knows.
    func persists(_ body: ConnectionBody?, _ connection: Connection) -> Bool {
        connection.isReusable && body?.canDiscardRest ?? true
    }

    /// Puts a 500 in the place of a response that cannot be sent.
    func replace(_ response: inout Response, _ fault: ResponseFault, _ request: RequestStorage) {
        log(.error, "response_invalid", Request(request), fault)
        response = .status(.internalServerError)
    }

    /// Sends what does not stand beside the head already.
    func sendRest(
        of response: Response, _ framing: ReplyFraming, _ request: RequestStorage, _ connection: Connection
    ) async throws {
        do {
            try await send(response.body, connection)
        } catch {
            if accessLog != nil { record(Request(request), response, framing, connection, bodyBytes: nil) }
            guard error is TruncatedFile else { throw error }
            log(.error, "response_broken_off", Request(request), error)
            throw ConnectionError.endOfStream
        }
    }

    /// Sends a body that was too large to stand beside its head.
    func send(_ body: ResponseBody, _ connection: Connection) async throws {
        switch body.content {
        case .none: break
        case .string(let text): try await connection.write(text)
        case .bytes(let bytes): try await connection.write(bytes)
        case .file(let file): try await send(file, connection)
        case .stream, .takeover: break
        }
    }

    /// What the peer gets when a handler throws.
    ///
    /// - Throws: A `ConnectionError` that leaves nobody to answer to.
    @inline(never)
    func response(to error: any Error, _ request: Request, _ connection: Connection) throws -> Response {
        switch error {
        case let error as RequestBodyError:
            connection.countError()
            log(.debug, "request_refused", request, error)
            return Self.last(error.response)
        case let error as any HTTPResponseError:
            return error.response
        case ConnectionError.timedOut(.read):
            return Self.last(.status(.requestTimeout))
        case ConnectionError.timedOut(.request), is CancellationError:
            return Self.last(.status(.serviceUnavailable))
        case let error as ConnectionError:
            throw error
        default:
            log(.error, "request_failed", request, error)
            return .status(.internalServerError)
        }
    }

    /// Puts a reply into the output that no request asked for, after which the connection ends.
    ///
    /// The peer may be in the middle of what is not read.
    package func appendLast(_ response: Response, _ connection: Connection) {
        connection.lingerAtEnd()
        let framing = ReplyFraming(response, to: nil, persists: false)
        append(response, framing, connection)
        if accessLog != nil { record(nil, response, framing, connection, bodyBytes: framing.length) }
    }

    func append(_ response: Response, _ framing: ReplyFraming, _ connection: Connection) {
        let now = connection.wallClock
        connection.withOutput(reserving: ResponseEncoder.bound(response, framing)) { output in
            encoder.append(response, framing: framing, now: now, to: &output)
        }
    }

    private static func last(_ response: Response) -> Response {
        var response = response
        response.fields.append("Connection", "close")
        return response
    }

    /// One line about a request that went wrong.
    func log(_ level: Logger.Level, _ event: String, _ request: Request, _ error: any Error) {
        // Whatever an application throws has a text, though only some errors were written to be read.
        let reason = "\(error)"
        logger.event(
            level, event, ["request": request.id, "method": request.method, "path": request.path, "error": reason])
    }
}
