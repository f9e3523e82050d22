package import DroverCore

extension HTTPResponder {
    /// Whether it can do without a task.
    package var answersAtOnce: Bool { immediate != nil }

    /// A reply whose rest has to wait for the peer.
    private final class UnfinishedReply {
        let response: Response
        let request: RequestStorage
        /// Nil as long as nothing of it was written.
        let framing: ReplyFraming?

        init(_ response: Response, _ request: RequestStorage, _ framing: ReplyFraming?) {
            self.response = response
            self.request = request
            self.framing = framing
        }
    }

    /// Answers a request that is a head and nothing else.
    ///
    /// - Returns: `.task` when `complete` has to go on with the reply.
    package func answerAtOnce(_ request: RequestStorage, _ connection: Connection) -> Step {
        guard let immediate else { preconditionFailure("the handler may have to wait") }
        if accessLog != nil { noteBeginning(of: request) }
        let response: Response
        do {
            response = try immediate(Request(request))
        } catch {
            do {
                return send(try self.response(to: error, Request(request), connection), request, connection)
            } catch {
                connection.endRequest()
                return .end
            }
        }
        return send(response, request, connection)
    }

    @inline(__always)
    private func send(_ response: Response, _ request: RequestStorage, _ connection: Connection) -> Step {
        request.beginReply()
        guard response.body.isInMemory else { return leave(response, request, nil, connection) }
        if response.prepared == nil, let fault = ResponseFault.first(in: response) {
            return refuse(response, fault, request, connection)
        }
        let framing = write(response, request, nil, connection)
        if framing.sendsBody, !framing.sendsInline { return leave(response, request, framing, connection) }
        return end(response, framing, request, connection)
    }

    @inline(__always)
    private func end(
        _ response: Response, _ framing: ReplyFraming, _ request: RequestStorage, _ connection: Connection
    ) -> Step {
        if accessLog != nil { record(Request(request), response, framing, connection, bodyBytes: framing.length) }
        connection.endRequest()
        return framing.persistence == .ended ? .end : .rest
    }

    @inline(never)
    private func refuse(
        _ response: Response, _ fault: ResponseFault, _ request: RequestStorage, _ connection: Connection
    ) -> Step {
        var replaced = response
        replace(&replaced, fault, request)
        return end(replaced, write(replaced, request, nil, connection), request, connection)
    }

    private func leave(
        _ response: Response, _ request: RequestStorage, _ framing: ReplyFraming?, _ connection: Connection
    ) -> Step {
        connection.protocolState = UnfinishedReply(response, request, framing)
        return .task
    }

    /// Goes on with a reply that was begun at once.
    ///
    /// - Returns: Whether the next request can be read.
    package func complete(_ connection: Connection) async throws -> Bool {
        let left = connection.protocolState as? UnfinishedReply
        connection.protocolState = nil
        guard let left else { return true }
        var response = left.response
        guard let framing = left.framing else { return try await answerAtLength(&response, left.request, connection) }
        try await sendRest(of: response, framing, left.request, connection)
        return try await finish(response, framing, left.request, nil, connection)
    }
}
