/// Why a request's body could not be read; each of them is the peer's or the handler's doing.
public enum RequestBodyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is larger than allowed.
    case tooLarge(limit: Int)
    /// The peer ended before the body did.
    case incomplete
    /// It is not encoded as RFC 9112 section 7.1 wants.
    case malformed(String)
    /// The handler that could read it has returned.
    case expired
    /// Another task reads it at the same time.
    case inUse

    /// The mistake in one line.
    public var description: String {
        switch self {
        case .tooLarge(let limit): "the request body has more than \(limit) bytes"
        case .incomplete: "the peer ended before the request body did"
        case .malformed(let mistake): "the request body is malformed: \(mistake)"
        case .expired: "the request body cannot be read after its handler returned"
        case .inUse: "the request body is read by two tasks at once"
        }
    }
}

extension RequestBodyError: HTTPResponseError {
    /// 413 for a body that is too large, 400 for one that is broken.
    public var response: Response {
        switch self {
        case .tooLarge: .status(.contentTooLarge)
        case .incomplete, .malformed: .status(.badRequest)
        case .expired, .inUse: .status(.internalServerError)
        }
    }
}
