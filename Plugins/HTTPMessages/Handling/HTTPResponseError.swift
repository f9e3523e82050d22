/// An error that knows what its peer should be told.
public protocol HTTPResponseError: Error {
    /// The response it becomes when a handler throws it.
    var response: Response { get }
}

/// A status to throw from anywhere in a handler.
public struct HTTPError: HTTPResponseError, Equatable, CustomStringConvertible {
    /// The status of the response.
    public let status: HTTPStatus
    /// What the response says; the status itself if nothing else.
    public let message: String?

    /// An error that becomes `status` with `message` as text.
    public init(_ status: HTTPStatus, _ message: String? = nil) {
        self.status = status
        self.message = message
    }

    /// The response that says so.
    public var response: Response {
        guard let message else { return .status(status) }
        return .text(message, status: status)
    }

    /// Status and message in one line.
    public var description: String {
        guard let message else { return status.description }
        return "\(status): \(message)"
    }
}
