/// An application that speaks HTTP: one method, called for each request.
public protocol HTTPHandler: Sendable {
    /// Answers `request`.
    ///
    /// It runs on the connection's own task; while it waits, other connections are served.
    ///
    /// - Throws: Any error; one that is an ``HTTPResponseError`` renders itself, every other becomes a 500 and a line
    ///   in the log.
    func respond(to request: Request) async throws -> Response
    /// Whether CONNECT requests come to it, to be granted with ``Response/tunnel(fields:_:)``.
    ///
    /// Any other handler would answer them like a GET, which the peer takes for a tunnel; so without this they get 501.
    var acceptsTunnels: Bool { get }
}

extension HTTPHandler {
    /// A handler grants no tunnels unless it says otherwise.
    public var acceptsTunnels: Bool { false }
}

/// A closure as a handler.
public struct ClosureHandler: HTTPHandler {
    private let body: @Sendable (Request) async throws -> Response

    /// A handler that calls `body`.
    public init(_ body: @escaping @Sendable (Request) async throws -> Response) {
        self.body = body
    }

    /// Answers what the closure answers.
    public func respond(to request: Request) async throws -> Response {
        try await body(request)
    }
}
