public import DroverHTTPMessages

/// Takes and gives any amount of bytes, to try and measure with: `/upload` counts what it is sent, `/stream?bytes=N`
/// sends N bytes.
public struct BulkHandler: HTTPHandler {
    private static let usage = "POST /upload counts bytes, GET /stream?bytes=N sends them.\n"
    // Large enough that one more write is nothing beside the bytes it carries.
    private static let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)

    /// The handler.
    public init() {}

    /// Answers with the count or the bytes; neither is ever in memory as a whole.
    public func respond(to request: Request) async throws -> Response {
        switch request.path {
        case "/": return .text(Self.usage)
        case "/upload":
            var count = 0
            for try await piece in request.body { count += piece.count }
            return .text("\(count)\n")
        case "/stream":
            guard let count = request.queryValue("bytes").flatMap({ Int($0) }), count >= 0 else {
                throw HTTPError(.badRequest, "the query needs bytes=NUMBER\n")
            }
            return .stream { writer in
                var rest = count
                while rest >= Self.piece.count {
                    try await writer.write(Self.piece)
                    rest -= Self.piece.count
                }
                if rest > 0 { try await writer.write(Array(Self.piece.prefix(rest))) }
            }
        default: throw HTTPError(.notFound, Self.usage)
        }
    }
}
