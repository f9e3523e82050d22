public import DogeDiscovery

/// Why a call has no result.
public struct DogeClientError: Error, Sendable, Equatable {
    /// What has happened.
    public enum Reason: Sendable, Equatable {
        /// The call could not be sent to any endpoint.
        case noEndpoint(String)
        /// There was no reply in time; the server may have carried the call out.
        case timedOut(milliseconds: Int64)
        /// The connection broke before the reply; the server may have carried the call out.
        case connectionLost(String)
        /// The server answered with an error.
        case refused(String)
        /// The server answered with a result of another type.
        case unexpectedResult(String)
    }

    /// What has happened.
    public let reason: Reason
    /// The service that was called.
    public let service: String
    /// The method.
    public let method: String
    /// The endpoint that was asked last; nil when none was.
    public let endpoint: Endpoint?
}

extension DogeClientError: CustomStringConvertible {
    /// The error in one line.
    public var description: String {
        let place = endpoint.map { " at \($0)" } ?? ""
        return "\(service).\(method)\(place): \(reason)"
    }
}

extension DogeClientError.Reason: CustomStringConvertible {
    /// The reason in one line.
    public var description: String {
        switch self {
        case .noEndpoint(let why): "no endpoint takes the call: \(why)"
        case .timedOut(let limit): "no reply within \(limit) ms"
        case .connectionLost(let why): "the connection broke before the reply: \(why)"
        case .refused(let error): "the server answers with an error: \(error)"
        case .unexpectedResult(let why): "the result has another type: \(why)"
        }
    }
}
