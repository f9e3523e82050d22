/// The head of a reply as fields, for those who write them in another form than HTTP/1's.
///
/// It has what the server adds (Server, Date, Content-Length), and nothing that belongs to one connection only.
public struct ReplyHead: Sendable, Equatable {
    /// The status.
    public let status: HTTPStatus
    /// The fields in the order they are sent.
    public let fields: HeaderFields

    /// The head of `response`, which must have no fault.
    ///
    /// - Parameters:
    ///   - response: What the handler answered.
    ///   - framing: How it travels.
    ///   - now: Seconds since 1970.
    init(_ response: Response, _ framing: ReplyFraming, now: Int64) {
        status = response.status
        var fields = [HeaderField("Server", "drover"), HeaderField("Date", HTTPDate(seconds: now).text)]
        if let type = response.contentType { fields.append(HeaderField("Content-Type", type.description)) }
        fields += response.fields.filter { !ReservedField.contains($0.name) }
        if let length = framing.length { fields.append(HeaderField("Content-Length", String(length))) }
        if case .stream(let stream) = response.body.content, framing.sendsBody {
            fields += stream.trailerNames.map { HeaderField("Trailer", $0) }
        }
        self.fields = HeaderFields(fields)
    }
}
