public import DroverHTTPMessages

/// Answers every request with "Hello, World!", thirteen bytes of plain text.
public struct HelloHandler: HTTPHandler {
    /// The handler.
    public init() {}

    /// Answers with the text.
    public func respond(to request: Request) async throws -> Response {
        .text("Hello, World!", contentType: "text/plain")
    }
}
