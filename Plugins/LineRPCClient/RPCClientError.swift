/// Why a call has no answer; what the server answers instead of a result is an `RPCError`.
public enum RPCClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection could be made.
    case unreachable(address: String, reason: String)
    /// The connection has ended; calls that were in progress may have been carried out or not.
    case closed(reason: String)
    /// The server drains and takes nothing new on this connection; connect again.
    case draining
    /// The answer did not come in time.
    case timedOut(milliseconds: Int64)
    /// The server sent what is no answer.
    case malformed(reason: String)

    /// What happened, for a log line.
    public var description: String {
        switch self {
        case .unreachable(let address, let reason): "cannot connect to \(address): \(reason)"
        case .closed(let reason): "the connection has ended: \(reason)"
        case .draining: "the server drains: connect again"
        case .timedOut(let limit): "no answer within \(limit) ms"
        case .malformed(let reason): "the server sent what is no answer: \(reason)"
        }
    }
}
