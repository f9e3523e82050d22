import DroverCore
import Logging

// What goes wrong: in the handler, and in what it answers.
extension HTTPResponder {
    /// What the peer gets when a handler throws.
    ///
    /// - Throws: A `ConnectionError` after which no peer is left to answer to.
    @inline(never)
    func response(to error: any Error, _ exchange: HTTPExchange) throws -> Response {
        switch error {
        case let error as RequestBodyError:
            exchange.countError()
            log(.debug, "request_refused", exchange.request, error)
            return Self.last(error.response)
        case let error as any HTTPResponseError:
            return error.response
        case ConnectionError.timedOut(.read):
            return Self.last(.status(.requestTimeout))
        case ConnectionError.timedOut(.request), is CancellationError:
            return Self.last(.status(.serviceUnavailable))
        case ConnectionError.upstream(.cancelled) where exchange.hasExpired:
            return Self.last(.status(.serviceUnavailable))
        case let error as ConnectionError where !error.isUpstream:
            throw error
        default:
            log(.error, "request_failed", exchange.request, error)
            return .status(.internalServerError)
        }
    }

    /// The same; the exchange is over if no peer is left to answer to.
    @inline(never)
    func response(to error: any Error, ending exchange: HTTPExchange) async throws -> Response {
        do {
            return try response(to: error, exchange)
        } catch {
            await exchange.close()
            exchange.body?.abandonRest()
            throw error
        }
    }

    /// Puts a 500 in the place of a response that cannot be sent.
    func replace(_ response: inout Response, _ fault: ResponseFault, _ exchange: HTTPExchange) {
        log(.error, "response_invalid", exchange.request, fault)
        response = .status(.internalServerError)
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
