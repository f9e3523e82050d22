/// The bytes of a response after its head.
public struct ResponseBody: Sendable {
    enum Content: Sendable {
        case none
        case string(String)
        case bytes([UInt8])
        case file(FileBody)
        case stream(StreamedBody)
        case takeover(Takeover)
    }

    /// Where the bytes are.
    enum Place: Sendable {
        /// In memory.
        case memory
        /// In memory, with the head that they are usually sent with.
        case prepared
        /// Elsewhere.
        case elsewhere
    }

    let content: Content
    /// How many bytes it has; nil for a stream that does not say.
    let length: Int?
    /// Where they are, which is asked often: `content` need not be copied to know.
    let place: Place

    init(_ content: Content) {
        self.content = content
        switch content {
        case .none: (length, place) = (0, .memory)
        case .string(let text): (length, place) = (text.utf8.count, .memory)
        case .bytes(let bytes): (length, place) = (bytes.count, .memory)
        case .file(let file): (length, place) = (file.count, file.prepared == nil ? .elsewhere : .prepared)
        case .stream(let body): (length, place) = (body.length, .elsewhere)
        case .takeover: (length, place) = (0, .elsewhere)
        }
    }

    /// Whether it is there as a whole.
    var isInMemory: Bool { place != .elsewhere }

    /// No bytes at all.
    public static var none: ResponseBody { ResponseBody(.none) }

    /// A text as UTF-8; a literal is never copied but into the socket's buffer.
    public static func string(_ text: String) -> ResponseBody { ResponseBody(.string(text)) }

    /// Bytes in memory.
    public static func bytes(_ bytes: [UInt8]) -> ResponseBody { ResponseBody(.bytes(bytes)) }

    /// Bytes that are written while they are sent.
    ///
    /// - Parameters:
    ///   - length: How many there will be, if that is known; they must be neither more nor fewer.
    ///   - trailers: The names of fields that may follow the body; see ``ResponseWriter/trailers``.
    ///   - produce: Writes them. It runs on the connection's own task once the response has been returned, and not at
    ///     all where no body is sent, as for HEAD.
    /// - Returns: The body.
    public static func stream(
        length: Int? = nil, trailers: [String] = [],
        _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) -> ResponseBody {
        precondition(length ?? 0 >= 0, "a body's length is 0 or more")
        return ResponseBody(.stream(StreamedBody(length: length, trailerNames: trailers, produce: produce)))
    }
}

/// What a handler wants to write when its turn comes.
final class StreamedBody: Sendable {
    let length: Int?
    let trailerNames: [String]
    let produce: @Sendable (ResponseWriter) async throws -> Void

    init(
        length: Int?, trailerNames: [String], produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) {
        self.length = length
        self.trailerNames = trailerNames
        self.produce = produce
    }
}
