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
        if connection.unfinished != nil, try await !responder.complete(connection) { return }
        while true {
            switch receive(connection, &parser, &storage) {
            case .request:
                guard try await responder.answer(storage!, connection) else { return }
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
}
