import DroverHTTPMessages
import DroverSystem

/// What a request for a file is answered with: the file, a part of it, or that it need not be sent.
struct FileReply {
    private let request: Request
    private let conditions: RequestConditions
    private let variant: FileVariant
    private let now: Int64
    private let maxRanges: Int

    init(_ request: Request, _ resource: FileResource, now: Int64, maxRanges: Int) {
        self.request = request
        self.now = now
        self.maxRanges = maxRanges
        conditions = RequestConditions(of: request)
        let wantsForm = !resource.compressed.isEmpty && conditions.contains(.acceptEncoding)
        variant =
            wantsForm
            ? resource.variant(accepting: request.headerValues("accept-encoding").joined(separator: ","))
            : resource.original
    }

    init(_ request: Request, _ variant: FileVariant, now: Int64, maxRanges: Int) {
        self.request = request
        self.variant = variant
        self.now = now
        self.maxRanges = maxRanges
        conditions = RequestConditions(of: request)
    }

    var response: Response {
        if conditions.isUnconditional { return whole }
        switch conditions.verdict(on: request, tag: variant.tag, modified: variant.modified, now: now) {
        case .failed: return .status(HTTPStatus(412))
        case .notModified: return Response(status: .notModified, fields: variant.validators)
        case .send(let mayUseRange):
            guard mayUseRange, maxRanges > 0 else { return whole }
            return part
        }
    }

    private var whole: Response {
        Response(status: .ok, contentType: variant.contentType, fields: variant.fields, body: .file(variant.body))
    }

    private var part: Response {
        let size = variant.status.size
        // A list may not be cut into several fields; a client that does that is given everything.
        let values = request.headerValues("range")
        guard values.count == 1 else { return whole }
        switch ByteRanges(values[0], size: size, most: maxRanges) {
        case .ignored:
            return whole
        case .unsatisfiable:
            var response = Response.status(HTTPStatus(416))
            response.fields.append("Content-Range", "bytes */\(size)")
            return response
        case .parts(let parts) where parts.count == 1:
            var fields = variant.fields
            fields.append("Content-Range", Self.contentRange(parts[0], size))
            return Response(
                status: HTTPStatus(206), contentType: variant.contentType, fields: fields, body: variant.part(parts[0]))
        case .parts(let parts):
            return several(parts, size)
        }
    }

    /// Several parts in one body, RFC 9110 section 14.6.
    private func several(_ parts: [Range<Int>], _ size: Int) -> Response {
        // 128 random bits, which no file has by accident and no author can put into one beforehand.
        let boundary =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
        var pieces: [FileBody.Part] = []
        for part in parts {
            let head =
                "\r\n--\(boundary)\r\nContent-Type: \(variant.contentType)\r\n"
                + "Content-Range: \(Self.contentRange(part, size))\r\n\r\n"
            pieces.append(.text(Array(head.utf8)))
            pieces.append(.range(offset: part.lowerBound, count: part.count))
        }
        pieces.append(.text(Array("\r\n--\(boundary)--\r\n".utf8)))
        return Response(
            status: HTTPStatus(206), contentType: ContentType("multipart/byteranges; boundary=\(boundary)"),
            fields: variant.fields, body: variant.body.body(of: pieces))
    }

    private static func contentRange(_ part: Range<Int>, _ size: Int) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
    }
}
