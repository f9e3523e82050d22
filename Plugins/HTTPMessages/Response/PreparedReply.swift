import DroverBytes

/// A reply of which all but the status line, the date and the connection's own fields was written beforehand.
///
/// It holds as long as nothing has changed the response it was made for.
final class PreparedReply: Sendable {
    /// The fields that stand in the bytes.
    let fields: HeaderFields
    /// The type that stands in them.
    let contentType: ContentType?
    /// Fields, empty line and body.
    let bytes: [UInt8]
    let headCount: Int

    /// The body's bytes from `range` on.
    func content(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[headCount + range.lowerBound..<headCount + range.upperBound]
    }

    var bodyCount: Int { bytes.count - headCount }

    /// The reply of `body` with these fields.
    init(contentType: ContentType?, fields: HeaderFields, body: [UInt8]) {
        self.contentType = contentType
        self.fields = fields
        let probe = Response(contentType: contentType, fields: fields)
        let isSound = ResponseFault.first(in: probe) == nil && fields["Connection"] == nil
        precondition(isSound, "a prepared reply must be sendable")
        var head = Array((contentType.map { "Content-Type: \($0)\r\n" } ?? "").utf8)
        for field in fields where !ReservedField.contains(field.name) {
            head += Array("\(field.name): ".utf8) + field.bytes + [0x0D, 0x0A]
        }
        head += Array("Content-Length: \(body.count)\r\n\r\n".utf8)
        bytes = head + body
        headCount = head.count
    }

    /// Whether it is what `response` wants to say.
    @inline(__always)
    func fits(_ response: Response) -> Bool {
        guard response.status.code == 200, response.fields == fields else { return false }
        return switch (response.contentType?.spelling, contentType?.spelling) {
        case (.literal(let left), .literal(let right)): left.utf8Start == right.utf8Start
        case (.text(let left), .text(let right)): left == right
        case (nil, nil): true
        default: false
        }
    }
}

extension Response {
    /// What was written beforehand of this response, if it still says the same.
    @inline(__always)
    var prepared: PreparedReply? { body.place == .prepared ? preparedUnlessChanged : nil }

    // Apart, so that asking in vain copies nothing.
    @inline(never)
    private var preparedUnlessChanged: PreparedReply? {
        guard case .file(let file) = body.content, let prepared = file.prepared, prepared.fits(self) else { return nil }
        return prepared
    }
}

extension ReplyFraming {
    /// The framing of a reply that was written beforehand: a 200 with a body in memory.
    init(_ prepared: PreparedReply, to request: RequestStorage, persists: Bool) {
        sendsBody = request.head.methodCode != .head
        sendsInline = sendsBody
        length = prepared.bodyCount
        isChunked = false
        let goesOn = persists && request.head.persists
        persistence = !goesOn ? .ended : request.head.version == .http11 ? .implied : .announced
    }
}

extension ResponseEncoder {
    /// A number of bytes that the reply does not exceed.
    static func bound(_ prepared: PreparedReply) -> Int { 224 + prepared.bytes.count }

    /// Appends a reply of which most was written beforehand.
    @_lifetime(output: copy output)
    func append(
        _ prepared: PreparedReply, framing: ReplyFraming, now: Int64, to output: inout OutputRawSpan
    ) {
        output.append("HTTP/1.1 200 OK\r\nServer: drover\r\nDate:")
        dates.date(at: now).append(to: &output)
        switch framing.persistence {
        case .implied, .leftHTTP: break
        case .announced: output.append("Connection: keep-alive\r\n")
        case .ended: output.append("Connection: close\r\n")
        }
        let bytes = prepared.bytes
        output.append(bytes: bytes.span.bytes.extracting(0..<(framing.sendsBody ? bytes.count : prepared.headCount)))
    }
}
