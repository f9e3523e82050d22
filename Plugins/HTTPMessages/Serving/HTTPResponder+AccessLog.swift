import DroverCore
import DroverSystem

extension HTTPResponder {
    /// Notes when the handler is asked, if the log says how long a request waited for that.
    func noteBeginning(of exchange: HTTPExchange) {
        guard accessLog?.measuresQueue == true else { return }
        exchange.beginning = MonotonicClock.nanoseconds()
    }

    /// Sends what is gathered of a reply and puts a line about it into the access log.
    ///
    /// The line says when the last byte left; with more requests at hand replies leave together, and then it says when
    /// this one was ready to.
    @inline(never)
    func recordEnd(
        _ exchange: HTTPExchange, _ response: Response, _ framing: ReplyFraming, _ bodyBytes: Int?
    ) async throws {
        do {
            if exchange.connection?.bufferedCount == 0 { try await exchange.flush() }
        } catch {
            record(exchange, response, framing, bodyBytes: nil)
            throw error
        }
        record(exchange, response, framing, bodyBytes: bodyBytes)
    }

    /// Puts a line about a reply into the access log; `bodyBytes` is nil where it is not known how much was sent.
    @inline(never)
    func record(_ exchange: HTTPExchange, _ response: Response, _ framing: ReplyFraming, bodyBytes: Int?) {
        let end = MonotonicClock.nanoseconds()
        accessLog?.append(
            AccessRecord(
                exchange.request, response, framing, exchange.storage.peer,
                bodyBytes: framing.sendsBody ? bodyBytes : nil, arrival: exchange.arrival,
                beginning: accessLog?.measuresQueue == true ? exchange.beginning : end, end: end,
                seconds: exchange.wallClock))
    }
}
