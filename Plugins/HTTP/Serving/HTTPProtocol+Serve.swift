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
        let body = request.hasBody ? request.body as? ConnectionBody : nil
        defer { body?.expire() }
        let beginning = accessLog == nil ? 0 : beginningForLog()
        var response: Response
        do {
            response = try await handler.respond(to: Request(request))
        } catch {
            response = try self.response(to: error, Request(request), connection)
        }
        let framing = reply(&response, request, connection)
        do {
            var isWhole = false
            defer {
                if accessLog != nil {
                    record(
                        Request(request), response, framing, isWhole: isWhole, beginning: beginning, connection)
                }
            }
            if framing.sendsBody, !ResponseEncoder.sendsInline(response, framing) {
                try await send(response.body, connection)
            }
            // The log says when the last byte left; with more requests at hand replies leave together.
            if accessLog != nil, connection.bufferedCount == 0 { try await connection.flush() }
            isWhole = true
        }
        connection.endRequest()
        guard framing.persistence != .ended else { return false }
        return try await body?.discardRest() ?? true
    }
}
