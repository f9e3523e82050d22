import DroverHTTPMessages
import DroverSystem

/// What is read from a request that the parser let through never traps, and says nothing that was not there.
enum RequestTarget {
    static func check(_ bytes: [UInt8]) {
        let line = Array("GET ".utf8) + bytes + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        if let request = request(line) { look(at: request) }
        if let request = request(head("X", bytes)) { compare(request, bytes) }
        if let request = request(head("Cookie", bytes)) {
            for cookie in request.cookies {
                precondition(!cookie.name.isEmpty && !cookie.value.contains(";"))
                precondition(request.cookie(cookie.name) != nil)
            }
        }
    }

    static func checkForwarding(_ bytes: [UInt8]) {
        for name in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"] {
            var parser = HeadParser()
            var parsed = RequestHead()
            let head = head(name, bytes)
            guard (try? parser.parse(head.span.bytes, limits: HeadLimits(), into: &parsed)) == true else { continue }
            guard let origin = try? RequestOrigin(parsed, head.span.bytes, .thisMachine) else {
                // A value with a line's end in it may bring a field of another name.
                precondition(name == "Forwarded" || name == "X-Forwarded-Host" || bytes.contains(0x0A))
                continue
            }
            if let host = origin.host { precondition(!host.isEmpty && !host.contains("/") && !host.contains(" ")) }
            // One client has one name, and none but the one without a path is a unix socket.
            if case .ipv6(let high, let low, _, _) = origin.client { precondition(high != 0 || low >> 32 != 0xFFFF) }
            if let client = origin.client, client.isLocal { precondition(client == .unnamed) }
        }
    }

    /// The octets of a value come out as they went in, and its text leaves nothing out.
    private static func compare(_ request: Request, _ bytes: [UInt8]) {
        guard let octets = request.headerBytes("x"), let field = request.headers.first(where: { $0.name == "X" }) else {
            preconditionFailure("the field is gone")
        }
        precondition(field.bytes == octets && field.value == request.header("x"))
        precondition(bytes.contains(0x0D) || octets.elementsEqual(trimmed(bytes)))
        precondition(HeaderField("X", bytes: octets) == field)
        let text = Array(field.value.utf8)
        precondition(text == octets || field.value.unicodeScalars.map { UInt8($0.value) } == octets)
    }

    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        var rest = bytes[...]
        while rest.first == 0x20 || rest.first == 0x09 { rest.removeFirst() }
        while rest.last == 0x20 || rest.last == 0x09 { rest.removeLast() }
        return rest
    }

    private static func look(at request: Request) {
        // A URL, whatever came; and the request for that URL is the same one.
        precondition(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        // Escapes may make it longer than a request line may be.
        if request.target.utf8.count > 8_000 { return }
        guard let again = Self.request(Array("GET \(request.target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) else {
            preconditionFailure("no target: \(request.target)")
        }
        precondition(again.target == request.target && again.decodedPath == request.decodedPath)
        precondition(again.queryParameters.map(\.value) == request.queryParameters.map(\.value))
        precondition(request.path == "/" || request.target.contains(request.path))
        _ = (request.query, request.method, request.httpRequest, request.host, request.scheme, request.id)
        if let path = request.decodedPath { precondition(!path.utf8.contains(0)) }
        for parameter in request.queryParameters { precondition(request.queryValue(parameter.name) != nil) }
    }

    private static func head(_ name: String, _ value: [UInt8]) -> [UInt8] {
        Array("GET / HTTP/1.1\r\nHost: a\r\n\(name): ".utf8) + value + Array("\r\n\r\n".utf8)
    }

    private static func request(_ bytes: [UInt8]) -> Request? {
        let storage = RequestStorage()
        var parser = HeadParser()
        guard (try? storage.parse(bytes.span.bytes, &parser, HeadLimits())) == true else { return nil }
        return Request(storage)
    }
}
