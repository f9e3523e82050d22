public import DroverHTTPMessages

/// Answers every request with "Hello, World!", thirteen bytes of plain text.
public struct HelloHandler: HTTPHandler {
    /// The handler.
    public init() {}

    /// Answers with the text.
    public func respond(to request: Request) async throws -> Response { Self.greeting }

    /// The same.
    public var immediate: (@Sendable (Request) throws -> Response)? {
        let greeting = Self.greeting
        return { _ in greeting }
    }

    private static var greeting: Response { .text("Hello, World!", contentType: "text/plain") }
}
