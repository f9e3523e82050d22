import DroverCore
import DroverHTTPMessages
import DroverSystem

extension HTTPProtocol {
    /// The moment at which an answer begins, if anybody wants to know.
    func beginningForLog() -> Int64 {
        accessLog?.measuresQueue == true ? MonotonicClock.nanoseconds() : 0
    }

    /// Puts a line about a reply into the access log; `isWhole` says whether all of it went out.
    @inline(never)
    func record(
        _ request: Request?, _ response: Response, _ framing: ReplyFraming, isWhole: Bool, beginning: Int64,
        _ connection: Connection
    ) {
        let end = MonotonicClock.nanoseconds()
        accessLog?.append(
            AccessRecord(
                request, response, framing, isWhole: isWhole, connection,
                arrival: request == nil ? end : connection.requestArrival, beginning: beginning, end: end))
    }
}
