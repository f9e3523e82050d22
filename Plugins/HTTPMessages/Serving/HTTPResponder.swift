public import DroverCore
public import Logging

/// Lets a handler answer requests and sends what it answers, for every protocol that carries HTTP.
///
/// A protocol finds requests in bytes and gives each an ``HTTPExchange``; how the answer travels, the exchange knows.
public final class HTTPResponder: Sendable {
    let handler: any HTTPHandler
    /// The handler's answers that need no waiting; called in place, as a copy of it would be counted at each request.
    private let immediate: @Sendable (Request) throws -> Response
    let encoder = ResponseEncoder()
    let logger: Logger
    let accessLog: RequestLog?

    /// What answers as `handler` says.
    ///
    /// One serves all connections of a listener in a worker; what makes it has a ``DroverCore/ProtocolContext``.
    ///
    /// - Parameters:
    ///   - handler: The application. Its ``HTTPHandler/immediate`` is asked for here, once.
    ///   - logger: Where an error of the handler's becomes a line, `request_failed` or `response_broken_off`, and a
    ///     response that cannot be sent `response_invalid`.
    ///   - accessLog: Where each reply becomes a line; nil for no such log.
    public init(handler: any HTTPHandler, logger: Logger, accessLog: AccessLog? = nil) {
        self.handler = handler
        let immediate = handler.immediate
        answersAtOnce = immediate != nil
        self.immediate = immediate ?? { _ in .status(.internalServerError) }
        self.logger = logger
        self.accessLog = accessLog.map(RequestLog.init)
    }

    /// Whether the handler has answers that need no waiting.
    public let answersAtOnce: Bool

    /// Lets the handler answer, and sends its reply.
    ///
    /// It goes on with a reply that ``answerAtOnce(_:_:)`` has left. An exchange over a connection must have been given
    /// it, with ``HTTPExchange/take(_:)``.
    ///
    /// - Returns: Whether the next request of the connection can be read.
    /// - Throws: `ConnectionError`, and what a stream throws, when nothing more can be sent.
    public func answer(_ exchange: HTTPExchange) async throws -> Bool {
        if let left = exchange.unfinished {
            exchange.unfinished = nil
            return try await send(left, exchange)
        }
        if accessLog != nil { noteBeginning(of: exchange) }
        exchange.open()
        let response: Response
        do {
            // A request that may be a repetition has to be safe; the client itself comes back after the handshake.
            if !exchange.storage.isSafe, exchange.mayBeRepeated { throw HTTPError(.tooEarly) }
            if exchange.storage.wantsTunnel, !handler.acceptsTunnels { throw HTTPError(.notImplemented) }
            response = try await handler.respond(to: exchange.request)
        } catch {
            response = try await self.response(to: error, ending: exchange)
        }
        exchange.isAnswered = true
        // Most requests end here, without another call that may have to wait.
        guard exchange.isPlain, accessLog == nil, response.body.isInMemory, !exchange.isKept,
            let connection = exchange.connection
        else { return try await send(UnfinishedReply(response, nil), exchange) }
        var sent = response
        let framing = begin(&sent, exchange, connection)
        if framing.sendsBody, !framing.sendsInline { return try await send(UnfinishedReply(sent, framing), exchange) }
        exchange.shut()
        connection.endRequest()
        return framing.persistence != .ended
    }

    /// Answers a request that needs no waiting: the handler has an ``HTTPHandler/immediate`` function, and no body comes.
    ///
    /// - Returns: `.rest` when the next request can be read, `.end` when the connection ends, and `.task` when ``answer(_:)``
    ///   has to go on with it or to begin.
    public func answerAtOnce(_ exchange: HTTPExchange, _ connection: Connection) -> Step {
        let storage = exchange.storage
        guard answersAtOnce, storage.isPlain else { return .task }
        // Only what is out of the ordinary asks the exchange for its connection.
        if accessLog != nil {
            exchange.takePlain(connection)
            noteBeginning(of: exchange)
        }
        do {
            return send(try immediate(Request(storage)), storage, exchange, connection)
        } catch {
            exchange.takePlain(connection)
            return send(errorOf: error, exchange, connection)
        }
    }

    @inline(__always)
    private func send(
        _ response: Response, _ storage: RequestStorage, _ exchange: HTTPExchange, _ connection: Connection
    ) -> Step {
        guard response.body.isInMemory else { return leave(response, nil, exchange) }
        if response.prepared == nil, let fault = ResponseFault.first(in: response) {
            return send(faultOf: response, fault, exchange, connection)
        }
        let framing = beginSound(response, storage, persists: connection.isReusable, connection)
        if framing.sendsBody, !framing.sendsInline { return leave(response, framing, exchange) }
        if accessLog != nil { record(exchange, response, framing, bodyBytes: framing.length) }
        connection.endRequest()
        return framing.persistence == .ended ? .end : .rest
    }

    @inline(never)
    private func send(errorOf error: any Error, _ exchange: HTTPExchange, _ connection: Connection) -> Step {
        guard let response = try? response(to: error, exchange) else {
            connection.endRequest()
            return .end
        }
        return send(response, exchange.storage, exchange, connection)
    }

    @inline(never)
    private func send(
        faultOf response: Response, _ fault: ResponseFault, _ exchange: HTTPExchange, _ connection: Connection
    ) -> Step {
        var replaced = response
        replace(&replaced, fault, exchange)
        return send(replaced, exchange.storage, exchange, connection)
    }

    /// Leaves the rest of a reply for the task.
    @inline(never)
    private func leave(_ response: Response, _ framing: ReplyFraming?, _ exchange: HTTPExchange) -> Step {
        exchange.isAnswered = true
        exchange.unfinished = UnfinishedReply(response, framing)
        return .task
    }
}
