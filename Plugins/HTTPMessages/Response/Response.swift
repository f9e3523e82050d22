/// What a handler answers.
///
/// The server adds what belongs to the connection: Date, Server, Content-Length, Connection. Fields of these names, and
/// others that a proxy would strip, are left out of ``fields`` when it is sent; `Connection: close` is obeyed.
public struct Response: Sendable {
    /// The status, 200 to 999.
    public var status: HTTPStatus
    /// The Content-Type; nil for a response without one.
    public var contentType: ContentType?
    /// Further fields.
    public var fields: HeaderFields
    /// The body.
    public var body: ResponseBody

    /// A response made of parts.
    public init(
        status: HTTPStatus = .ok, contentType: ContentType? = nil, fields: HeaderFields = [], body: ResponseBody = .none
    ) {
        self.status = status
        self.contentType = contentType
        self.fields = fields
        self.body = body
    }
}

extension Response {
    /// A text.
    public static func text(
        _ text: String, status: HTTPStatus = .ok, contentType: ContentType = .text
    ) -> Response {
        Response(status: status, contentType: contentType, body: .string(text))
    }

    /// Bytes of some type.
    public static func bytes(
        _ bytes: [UInt8], status: HTTPStatus = .ok, contentType: ContentType = .bytes
    ) -> Response {
        Response(status: status, contentType: contentType, body: .bytes(bytes))
    }

    /// Bytes that are written while they are sent, at the peer's pace.
    ///
    ///     .stream(contentType: .text) { writer in
    ///         for number in 1...3 { try await writer.write("\(number)\n") }
    ///     }
    ///
    /// Without a length they travel in chunks, or to an HTTP/1.0 peer until the connection ends. What the closure throws
    /// before it has written anything becomes a response like any handler's error; later it ends the connection, so that
    /// the peer does not take a part for the whole.
    public static func stream(
        status: HTTPStatus = .ok, contentType: ContentType = .bytes, fields: HeaderFields = [], length: Int? = nil,
        trailers: [String] = [], _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) -> Response {
        Response(
            status: status, contentType: contentType, fields: fields,
            body: .stream(length: length, trailers: trailers, produce))
    }

    /// A status and nothing else, but for a line of text that says it where a body may be.
    public static func status(_ status: HTTPStatus) -> Response {
        if status.isBodyless { return Response(status: status) }
        return .text("\(status)\n", status: status)
    }

    /// Sends the peer to another place.
    public static func redirect(to location: String, status: HTTPStatus = .found) -> Response {
        Response(status: status, fields: ["Location": location])
    }
}
