package import DroverCore
import DroverHTTPMessages

extension HTTPProtocol {
    /// Reads the requests at hand, and answers those that need no task.
    package func step(_ connection: Connection) -> Step {
        repeat {
            var parser: HeadParser
            let request: RequestStorage
            if let begun = RequestStorage.takeBegun(on: connection) {
                request = begun
                parser = begun.parser
            } else {
                request = pool.take()
                request.begin(on: connection)
                parser = HeadParser()
            }
            do throws(HeadRejection) {
                let isComplete = try connection.withBuffered { bytes throws(HeadRejection) in
                    guard try request.parse(bytes, &parser, limits) else { return false }
                    connection.beginRequest(bytes.extracting(request.label))
                    return true
                }
                guard isComplete else {
                    request.parser = parser
                    connection.protocolState = request
                    return .rest
                }
            } catch {
                refuse(error, connection)
                return .end
            }
            connection.consume(request.headByteCount)
            let next = begin(request, connection)
            guard next == .rest else { return next }
            pool.give(request)
            if connection.bufferedCount == 0 { return .rest }
            // The next request is here already, but other clients may have waited for longer.
        } while !connection.othersWait
        return .turn
    }

    @inline(__always)
    private func begin(_ request: RequestStorage, _ connection: Connection) -> Step {
        guard responder.answersAtOnce, request.isPlain else {
            if request.hasBody { request.body = ConnectionBody(request, connection, limits, settings.bodyPace) }
            connection.protocolState = request
            return .task
        }
        return responder.answerAtOnce(request, connection)
    }

    /// Answers the request that has come, or goes on with its reply.
    package func serveMessage(_ connection: Connection) async throws -> Next {
        guard let request = RequestStorage.takeBegun(on: connection) else {
            return try await responder.complete(connection) ? .rest : .end
        }
        let goesOn = try await responder.answer(request, connection)
        pool.give(request)
        return goesOn ? .rest : .end
    }

    /// Ends the connection; a peer that began a request and did not go on is told so.
    package func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        switch occasion {
        case .nudge, .moment: return .rest
        case .drain: return connection.bufferedCount > 0 ? .rest : .end
        case .late:
            connection.countError()
            responder.appendLast(.status(.requestTimeout), connection)
            return .end
        case .silence, .ended, .lost, .tooLong: return .end
        }
    }
}
