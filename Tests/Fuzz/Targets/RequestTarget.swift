import DroverHTTPMessages
import DroverSystem

/// What is read from a request that the parser let through never traps, and says nothing that was not there.
enum RequestTarget {
    static func check(_ bytes: [UInt8]) {
        let line = Array("GET ".utf8) + bytes + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        if let request = request(line) { look(at: request) }
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
            guard (try? parser.parse(head.span.bytes, limits: HeadLimits(), into: &parsed)) == true,
                let origin = try? RequestOrigin(parsed, head.span.bytes, .loopback)
            else { continue }
            if let host = origin.host { precondition(!host.isEmpty && !host.contains("/") && !host.contains(" ")) }
            if let client = origin.client { precondition(!client.isLocal) }
        }
    }

    private static func look(at request: Request) {
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
