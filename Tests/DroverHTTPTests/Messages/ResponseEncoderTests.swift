import Testing

@testable import DroverHTTPMessages

@Suite struct ResponseEncoderTests {
    private static let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    private let encoder = ResponseEncoder()

    private func request(_ method: String = "GET", version: String = "HTTP/1.1", _ fields: String = "") throws
        -> Request
    {
        try Request.sample("\(method) / \(version)\r\nHost: a\r\n\(fields)\r\n")
    }

    @Test func text() throws {
        let text = encoder.text(.text("Hello, World!", contentType: "text/plain"), to: try request())
        #expect(
            text
                == "HTTP/1.1 200 OK\r\nServer: drover\r\n\(Self.date)Content-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!"
        )
    }

    @Test func ownTypeAndFields() throws {
        var response = Response.bytes([0x61, 0x62], contentType: ContentType("a/\(1)"))
        response.fields.append("X-One", "1")
        response.fields.append("X-One", "2")
        let text = encoder.text(response, to: try request())
        #expect(
            text.hasSuffix("\r\nContent-Type: a/1\r\nX-One: 1\r\nX-One: 2\r\nContent-Length: 2\r\n\r\nab"))
    }

    @Test(arguments: [100, 101, 199, 204, 304]) func statusWithoutBody(_ code: Int) throws {
        var response = Response.text("body")
        response.status = HTTPStatus(code)
        let text = encoder.text(response, to: try request())
        #expect(text.hasPrefix("HTTP/1.1 \(response.status)\r\n") || HTTPStatus(code).reason.utf8CodeUnitCount == 0)
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func unknownStatusHasItsSpace() throws {
        #expect(encoder.text(Response(status: HTTPStatus(799)), to: try request()).hasPrefix("HTTP/1.1 799 \r\nServer"))
    }

    @Test func headHasLengthAndNoBody() throws {
        let text = encoder.text(.text("Hello, World!"), to: try request("HEAD"))
        #expect(text.contains("Content-Length: 13\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func emptyBodyHasLengthZero() throws {
        #expect(encoder.text(Response(), to: try request()).hasSuffix("\r\nContent-Length: 0\r\n\r\n"))
    }

    @Test(arguments: [0, 9, 10, 99, 12_345, 9_007_199_254_740_993]) func lengths(_ number: Int) {
        let digits = "\(number)"
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = 0
        bytes.withUnsafeMutableBytes { buffer in
            var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
            ResponseEncoder.appendDecimal(number, to: &output)
            count = output.finalize(for: buffer)
        }
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == digits)
    }

    @Test func connectionFieldSaysWhatHappens() throws {
        func connection(_ request: Request?, persists: Bool = true, _ response: Response = Response()) -> String? {
            encoder.text(response, to: request, persists: persists)
                .split(separator: "\r\n").first { $0.hasPrefix("Connection: ") }.map { String($0.dropFirst(12)) }
        }
        #expect(connection(try request()) == nil)
        #expect(connection(try request(), persists: false) == "close")
        #expect(connection(nil) == "close")
        #expect(connection(try request("GET", "Connection: close\r\n")) == "close")
        #expect(connection(try request("GET", version: "HTTP/1.0")) == "close")
        #expect(connection(try request("GET", version: "HTTP/1.0", "Connection: keep-alive\r\n")) == "keep-alive")
        #expect(connection(try request("GET", version: "HTTP/1.0", "Connection: keep-alive, close\r\n")) == "close")
        #expect(connection(try Request.sample("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n")) == "close")
        #expect(connection(try request(), Response(fields: ["connection": "x, Close"])) == "close")
        #expect(connection(try request(), Response(fields: ["Connection": "upgrade"])) == nil)
    }

    @Test func reservedFieldsAreLeftOut() throws {
        let fields: HeaderFields = [
            "Content-Length": "99", "transfer-encoding": "chunked", "Connection": "x", "Keep-Alive": "x",
            "Proxy-Connection": "x", "Upgrade": "x", "Trailer": "x", "Date": "x", "Server": "x", "X-Kept": "y",
        ]
        let text = encoder.text(Response(fields: fields), to: try request())
        #expect(
            text == "HTTP/1.1 200 OK\r\nServer: drover\r\n\(Self.date)X-Kept: y\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func largeBodiesAreSentApart() throws {
        let response = Response.bytes([UInt8](repeating: 0, count: ResponseEncoder.largestInlineBody + 1))
        #expect(encoder.text(response, to: try request()).hasSuffix("\r\nContent-Length: 16385\r\n\r\n"))
    }

    @Test func faults() {
        #expect(ResponseFault.first(in: .text("a")) == nil)
        #expect(ResponseFault.first(in: Response(fields: ["X-A": "b\tc ö"])) == nil)
        #expect(ResponseFault.first(in: Response(status: HTTPStatus(100))) == .status(100))
        #expect(ResponseFault.first(in: Response(status: HTTPStatus(1_000))) == .status(1_000))
        #expect(ResponseFault.first(in: Response(fields: ["": "b"])) == .fieldName(""))
        #expect(ResponseFault.first(in: Response(fields: ["X A": "b"])) == .fieldName("X A"))
        #expect(ResponseFault.first(in: Response(fields: ["X-A": "b\r\nX-B: c"])) == .fieldValue("X-A"))
        let type = "a\nb"
        #expect(ResponseFault.first(in: Response(contentType: ContentType(type))) == .fieldValue("Content-Type"))
    }
}
