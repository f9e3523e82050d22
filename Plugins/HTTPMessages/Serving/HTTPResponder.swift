package import DroverCore
package import Logging

/// Lets a handler answer requests and sends what it answers, for every protocol that carries HTTP.
///
/// A protocol finds requests in the bytes of a connection; how their answers travel, `RequestHead` says.
package final class HTTPResponder: Sendable {
    let handler: any HTTPHandler
    let immediate: (@Sendable (Request) throws -> Response)?
    let encoder = ResponseEncoder()
    let logger: Logger
    let accessLog: RequestLog?

    /// What answers as `handler` says.
    package init(handler: any HTTPHandler, logger: Logger, accessLog: AccessLog? = nil) {
        self.handler = handler
        immediate = handler.immediate
        self.logger = logger
        self.accessLog = accessLog.map(RequestLog.init)
    }

    /// Lets the handler answer `request` and puts the reply into the connection's output.
    ///
    /// - Returns: Whether the next request can be read.
    package func answer(_ request: RequestStorage, _ connection: Connection) async throws -> Bool {
        let isPlain = request.isPlain
        let body = isPlain ? nil : request.body as? ConnectionBody
        defer { body?.expire() }
        if accessLog != nil { noteBeginning(of: request) }
        var response: Response
        do {
            // Somebody who has listened may be sending it again; the client itself comes back after the handshake.
            if !request.isSafe, connection.mayBeRepeated { throw HTTPError(.tooEarly) }
            if !isPlain, request.wantsTunnel, !handler.acceptsTunnels { throw HTTPError(.notImplemented) }
            response = try await handler.respond(to: Request(request))
        } catch {
            response = try self.response(to: error, Request(request), connection)
        }
        request.beginReply()
        guard response.body.isInMemory, isPlain || !request.wantsTunnel else {
            return try await answerAtLength(&response, request, connection)
        }
        let framing = reply(&response, request, body, connection)
        if framing.sendsBody, !framing.sendsInline { try await sendRest(of: response, framing, request, connection) }
        // Most requests end here, without another call that may have to wait.
        guard isPlain, accessLog == nil else {
            return try await finish(response, framing, request, body, connection)
        }
        connection.endRequest()
        return framing.persistence != .ended
    }

    /// Ends a request whose reply has been written.
    ///
    /// - Returns: Whether the next request can be read.
    func finish(
        _ response: Response, _ framing: ReplyFraming, _ request: RequestStorage, _ body: ConnectionBody?,
        _ connection: Connection, bodyBytes: Int? = nil
    ) async throws -> Bool {
        if accessLog != nil { try await recordEnd(response, framing, request, connection, bodyBytes ?? framing.length) }
        var goesOn = framing.persistence != .ended
        // What is left of a body belongs to its request. A connection that waited for it between two requests might
        // rest meanwhile, and take it for the next request when it comes.
        if goesOn, let body { goesOn = try await body.discardRest() }
        connection.endRequest()
        return goesOn
    }
}
