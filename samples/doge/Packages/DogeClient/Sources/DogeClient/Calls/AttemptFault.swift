/// Why one sending of a call got no reply; whether it may be sent again depends on what the server can have done.
enum AttemptFault: Error, Equatable {
    /// No endpoint may be asked, and none will be in time.
    case nowhere(String)
    /// There is no connection and none can be made now.
    case unreachable(String)
    /// The connection ended before the call was on it, or the server has said that it takes no more: it cannot have
    /// been carried out.
    case unsent(String)
    /// The connection ended while the call waited for its reply: it may have been carried out.
    case lost(String)
    /// The time was over; if the call was sent, it may have been carried out or still be.
    case timedOut(wasSent: Bool)

    /// Whether the server may have carried the call out.
    var isDoubtful: Bool {
        switch self {
        case .nowhere, .unreachable, .unsent: false
        case .lost: true
        case .timedOut(let wasSent): wasSent
        }
    }

    /// Whether it is no use to go on.
    var isFinal: Bool {
        switch self {
        case .nowhere, .timedOut: true
        case .unreachable, .unsent, .lost: false
        }
    }

    /// What the caller is told.
    func reason(timeout: Int64) -> DogeClientError.Reason {
        switch self {
        case .nowhere(let why), .unreachable(let why), .unsent(let why): .noEndpoint(why)
        case .lost(let why): .connectionLost(why)
        case .timedOut: .timedOut(milliseconds: timeout)
        }
    }
}
