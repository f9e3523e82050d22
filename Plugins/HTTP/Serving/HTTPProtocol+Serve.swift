package import DroverCore
import DroverHTTPMessages

extension HTTPProtocol {
    /// Serves the connection until either side has enough.
    ///
    /// This function's frame is what an idle connection costs, so it holds little: a request's storage only while a
    /// request is here.
    package func serve(_ connection: Connection) async throws {
        var parser = HeadParser()
        var storage: RequestStorage?
        var sequence: UInt32 = 0
        while true {
            switch receive(connection, &parser, &storage, &sequence) {
            case .request:
                guard try await answer(storage!, connection) else { return }
                // The next request is here already, but other clients' may have waited for longer.
                if connection.bufferedCount > 0, connection.othersWait { try await connection.giveWay() }
            case .incomplete:
                do {
                    // Output of the requests before goes out here, all of it at once.
                    guard try await connection.fill(limit: limits.inputBuffer) else { return }
                } catch {
                    guard case .timedOut(.read) = error else { throw error }
                    return giveUpWaiting(connection)
                }
            case .rejected(let rejection):
                return refuse(rejection, connection)
            }
        }
    }

    /// Lets the handler answer `request` and puts the reply into the connection's output.
    ///
    /// - Returns: Whether the next request can be read.
    private func answer(_ request: RequestStorage, _ connection: Connection) async throws -> Bool {
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
