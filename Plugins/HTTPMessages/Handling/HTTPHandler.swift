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
    /// A function with the same answers that never waits, if there is one.
    ///
    /// The worker class `async` then answers requests without a body on its loop, without a task for each, which is about
    /// a third of what a small request costs in user space. It is asked for once.
    var immediate: (@Sendable (Request) throws -> Response)? { get }
}

extension HTTPHandler {
    /// A handler grants no tunnels unless it says otherwise.
    public var acceptsTunnels: Bool { false }
    /// A handler may have to wait unless it says otherwise.
    public var immediate: (@Sendable (Request) throws -> Response)? { nil }
}

/// A closure as a handler.
public struct ClosureHandler: HTTPHandler {
    private let body: @Sendable (Request) async throws -> Response
    /// The closure, if it never waits.
    public let immediate: (@Sendable (Request) throws -> Response)?

    /// A handler that calls `body`.
    public init(_ body: @escaping @Sendable (Request) async throws -> Response) {
        self.body = body
        immediate = nil
    }

    /// A handler that calls `body`, which never waits.
    public init(_ body: @escaping @Sendable (Request) throws -> Response) {
        self.body = body
        immediate = body
    }

    /// Answers what the closure answers.
    public func respond(to request: Request) async throws -> Response {
        try await body(request)
    }
}
