/// Why a request that a gateway describes by variables is not served.
public enum GatewayRejection: Error, Equatable, Sendable {
    /// It breaks a rule that holds for every request.
    case head(HeadRejection)
    /// A variable without which there is no request is missing.
    case missing(String)
    /// A variable that decides what is asked for has a value that it cannot have.
    case malformed(String)
    /// A variable that decides where the request ends is there twice, with two values.
    case contradiction(String)
    /// There is a body and no variable says how long it is.
    case unknownLength
}

extension GatewayRejection: CustomStringConvertible {
    /// What the client is told.
    public var status: HTTPStatus {
        switch self {
        case .head(let rejection): rejection.status
        case .malformed, .contradiction: .badRequest
        // The gateway's configuration is wrong, not the client's request.
        case .missing, .unknownLength: .internalServerError
        }
    }

    /// Whether the gateway's configuration has to change.
    public var concernsGateway: Bool {
        if case .head = self { false } else { true }
    }

    /// Whether a limit forbids it, which an operator may want to raise.
    public var concernsLimit: Bool {
        switch self {
        case .head(.bodySize), .head(.requestLineSize): true
        default: false
        }
    }

    /// The broken rule in a few words, for the peer and the log.
    public var description: String {
        switch self {
        case .head(let rejection): rejection.description
        case .missing(let name):
            "the variable \(name) is missing: does nginx's configuration say 'include uwsgi_params'?"
        case .malformed(let name): "the variable \(name) has an impossible value"
        case .contradiction(let name): "the variable \(name) is there twice, with different values"
        case .unknownLength:
            "there is a body and no CONTENT_LENGTH: does nginx's configuration say 'include uwsgi_params'?"
        }
    }
}
