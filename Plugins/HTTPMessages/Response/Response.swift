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
