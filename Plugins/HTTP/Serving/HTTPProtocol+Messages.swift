import DroverCore
import DroverHTTPMessages

extension HTTPProtocol {
    /// Reads the requests at hand, and answers those that need no task.
    func step(_ connection: Connection) -> Step {
        let exchange = HTTPExchange.kept(on: connection) ?? pool.take(for: connection)
        while true {
            do throws(HeadRejection) {
                guard try exchange.readHead(connection) else {
                    exchange.keep(on: connection)
                    return .rest
                }
            } catch {
                refuse(error, connection)
                pool.give(exchange)
                return .end
            }
            switch responder.answerAtOnce(exchange, connection) {
            case .rest: break
            case .task:
                exchange.keep(on: connection)
                return .task
            case let next:
                pool.give(exchange)
                return next
            }
            let isLast = connection.bufferedCount == 0
            // The next request is here already, but other clients may have waited for longer.
            guard !isLast, !connection.othersWait else {
                pool.give(exchange)
                return isLast ? .rest : .turn
            }
            exchange.renew(for: connection)
        }
    }

    /// Answers the request that has come, or goes on with its reply.
    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let exchange = HTTPExchange.kept(on: connection) else { return .rest }
        exchange.take(connection)
        defer { pool.give(exchange) }
        return try await responder.answer(exchange) ? .rest : .end
    }

    /// Ends the connection; a peer that began a request and did not go on is told so.
    func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        responder.notice(occasion, connection)
    }
}
