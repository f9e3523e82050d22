import DroverCore
import DroverSystem

extension HTTPResponder {
    /// Notes when somebody begins to answer, if the log says how long a request waited for that.
    func noteBeginning(of request: RequestStorage) {
        guard accessLog?.measuresQueue == true else { return }
        request.beginning = MonotonicClock.nanoseconds()
    }

    /// Sends what is gathered of a reply and puts a line about it into the access log.
    ///
    /// The line says when the last byte left; with more requests at hand replies leave together, and then it says when
    /// this one was ready to.
    @inline(never)
    func recordEnd(
        _ response: Response, _ framing: ReplyFraming, _ request: RequestStorage, _ connection: Connection,
        _ bodyBytes: Int?
    ) async throws {
        do {
            if connection.bufferedCount == 0 { try await connection.flush() }
        } catch {
            record(Request(request), response, framing, connection, bodyBytes: nil)
            throw error
        }
        record(Request(request), response, framing, connection, bodyBytes: bodyBytes)
    }

    /// Puts a line about a reply into the access log; `bodyBytes` is nil where nobody knows how much was sent.
    @inline(never)
    func record(
        _ request: Request?, _ response: Response, _ framing: ReplyFraming, _ connection: Connection, bodyBytes: Int?
    ) {
        let end = MonotonicClock.nanoseconds()
        accessLog?.append(
            AccessRecord(
                request, response, framing, connection, bodyBytes: framing.sendsBody ? bodyBytes : nil,
                arrival: request == nil ? end : connection.requestArrival,
                beginning: request?.storage.beginning ?? end, end: end))
    }
}
