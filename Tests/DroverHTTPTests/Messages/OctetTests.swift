import DroverCore
import DroverHTTP
import DroverScriptedSupport
import HTTPTypes
import Testing

@testable import DroverHTTPApplications
@testable import DroverHTTPMessages

/// Bytes above 0x7F in values and targets.
@Suite struct OctetTests {
    // `café` as ISO 8859-1 has it.
    private static let octets: [UInt8] = [0x63, 0x61, 0x66, 0xE9]

    private func head(_ target: [UInt8] = [0x2F], _ value: [UInt8] = octets) -> [UInt8] {
        Array("GET ".utf8) + target + Array(" HTTP/1.1\r\nHost: a\r\nX: ".utf8) + value + Array("\r\n\r\n".utf8)
    }

    @Test func valueOfAnyOctets() {
        var field = HeaderField("X", bytes: Self.octets)
        #expect(field.bytes == Self.octets && field.value == "café")
        // The same text, and other octets.
        #expect(field != HeaderField("X", "café"))
        #expect(HeaderField("X", bytes: Array("café".utf8)) == HeaderField("X", "café"))
        field.value = "café"
        #expect(field.bytes == [0x63, 0x61, 0x66, 0xC3, 0xA9])
        field.bytes = Self.octets
        #expect(field == HeaderField("X", bytes: Self.octets))
        var fields: HeaderFields = []
        fields.append("x", bytes: Self.octets)
        #expect(fields["X"] == "café" && fields.first?.bytes == Self.octets)
        fields["X"] = "b"
        #expect(fields.first == HeaderField("x", "b"))
        for octet in UInt8(0x80)...0xFF {
            #expect(HeaderField("X", bytes: [octet]).value.unicodeScalars.map(\.value) == [UInt32(octet)])
        }
    }

    @Test func valuesOfARequest() throws {
        let request = try Request.sample(bytes: head())
        #expect(request.headerBytes("x") == Self.octets && request.headerBytes("y") == nil)
        #expect(request.header("X") == "café" && request.headerValues("x") == ["café"])
        #expect(request.headers.last == HeaderField("X", bytes: Self.octets))
        let field = try #require(request.httpRequest.headerFields.first)
        #expect(field.withUnsafeBytesOfValue { Array($0) } == Self.octets)
        let modern = try Request.sample(bytes: head([0x2F], Array("café 中".utf8)))
        #expect(modern.header("x") == "café 中" && modern.headerBytes("x") == Array("café 中".utf8))
    }

    @Test func bothWaysThroughAConnection() async throws {
        let echo = ClosureHandler { request in
            let value = request.headerBytes("x") ?? []
            try await request.sendEarlyHints([HeaderField("X-Hint", bytes: value)])
            _ = try await request.body.collect(upTo: 9)
            let trailer = request.trailers.first?.bytes ?? []
            return .stream(fields: [HeaderField("X-Echo", bytes: value)]) { writer in
                writer.trailers = [HeaderField("X-Trailer", bytes: trailer)]
            }
        }
        let request =
            Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: ".utf8) + Self.octets
            + Array("\r\n\r\n0\r\nY: ".utf8) + [0xFF] + Array("\r\n\r\n".utf8)
        let exchange = try await Exchange.run(bytes: [request], echo)
        func has(_ line: String, _ value: [UInt8]) -> Bool {
            exchange.bytes.contains(Array("\r\n\(line): ".utf8) + value + [0x0D, 0x0A])
        }
        #expect(has("X-Hint", Self.octets) && has("X-Echo", Self.octets) && has("X-Trailer", [0xFF]))
    }

    @Test func preparedReplyHasThemToo() {
        let fields = HeaderFields([HeaderField("X", bytes: Self.octets)])
        let reply = PreparedReply(contentType: nil, fields: fields, body: [0x62])
        #expect(reply.bytes == Array("X: ".utf8) + Self.octets + Array("\r\nContent-Length: 1\r\n\r\nb".utf8))
        #expect(Array(reply.content(0..<1)) == [0x62])
    }

    @Test func octetsThatEndALineAreRefused() {
        let fields = HeaderFields([HeaderField("X", bytes: [0xE9, 0x0D, 0x0A, 0x59])])
        #expect(ResponseFault.first(in: fields) == .fieldValue("X"))
        #expect(ResponseFault.first(in: HeaderFields([HeaderField("X", bytes: Self.octets)])) == nil)
    }

    @Test func inspectShowsWhatCame() async throws {
        let handler = InspectHandler(worker: WorkerIdentity(pid: 41, slot: 2, generation: 3))
        let exchange = try await Exchange.run(bytes: [head([0x2F, 0xC3, 0xA9])], handler)
        #expect(exchange.body.contains(#""target":"/%C3%A9""#) && exchange.body.contains(#"["X","café"]"#))
    }

    @Test func targetsAreURLs() throws {
        let raw = try Request.sample(bytes: head(Array("/café/".utf8) + [0xE9] + Array("?q=ö&r=%C3%B6".utf8)))
        #expect(raw.target == "/caf%C3%A9/%E9?q=%C3%B6&r=%C3%B6")
        #expect(raw.path == "/caf%C3%A9/%E9" && raw.query == "q=%C3%B6&r=%C3%B6")
        #expect(raw.queryValue("q") == "ö" && raw.queryParameters.map(\.value) == ["ö", "ö"])
        // Not UTF-8, in either spelling.
        #expect(raw.decodedPath == nil)
        #expect(raw.httpRequest.path == raw.target)
        let text = try Request.sample("GET http://b/café HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(text.target == "http://b/caf%C3%A9" && text.decodedPath == "/café" && text.authority == "b")
    }
}
