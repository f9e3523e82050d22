import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages
@testable import DroverUWSGI

/// What is answered to whatever is no good request: in clear, once, and the connection ends.
@Suite struct BadInputTests {
    struct BadInput: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let status: String
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ status: String) {
            self.name = name
            self.bytes = bytes
            self.status = status
        }

        init(_ name: String, _ changes: KeyValuePairs<String, String?>, _ status: String) {
            self.init(name, Packet.bytes(Packet.changed(changes)), status)
        }
    }

    private static let bad = "400 Bad Request"
    private static let large = "431 Request Header Fields Too Large"

    static let packets: [BadInput] =
        [1, 2, 4, 5, 6, 7, 9, 14, 15, 17, 18, 22, 26, 30, 31, 72, 100, 110, 111, 173, 200, 250, 251, 255].map {
            BadInput("modifier1 \($0)", Packet.bytes(modifier1: $0), "501 Not Implemented")
        } + [
            BadInput("two bytes of nothing", [0, 2, 0, 0, 0, 0], bad),
            BadInput("a name without a value", [0, 3, 0, 0, 1, 0, 65], bad),
            BadInput("one byte behind the last variable", [0, 7, 0, 0, 1, 0, 65, 1, 0, 66, 9], bad),
            BadInput("two bytes behind the last variable", [0, 8, 0, 0, 1, 0, 65, 1, 0, 66, 9, 0], bad),
            BadInput("a name beyond the end", [0, 4, 0, 0, 9, 0, 65, 66], bad),
            BadInput("a value beyond the end", [0, 7, 0, 0, 1, 0, 65, 9, 0, 66, 67], bad),
            BadInput("the largest length", [0, 4, 0, 0, 255, 255, 65, 66], bad),
            BadInput("no name", Packet.bytes([("", "x")]), bad),
            BadInput("no name behind others", Packet.bytes(Packet.get + [("", "")]), bad),
            BadInput("300 variables", Packet.bytes((0..<300).map { ("V\($0)", "x") }), large),
            BadInput("5000 variables", Packet.bytes((0..<5_000).map { ("V\($0)", "x") }), large),
            BadInput("nothing at all", [0, 0, 0, 0], "500 Internal Server Error"),
            BadInput("no method", ["REQUEST_METHOD": nil], "500 Internal Server Error"),
            BadInput("an empty method", ["REQUEST_METHOD": ""], "500 Internal Server Error"),
            BadInput("neither URI nor path", ["REQUEST_URI": nil, "PATH_INFO": nil], "500 Internal Server Error"),
            BadInput(
                "a body of unknown length", ["CONTENT_LENGTH": nil, "HTTP_CONTENT_LENGTH": "5"],
                "500 Internal Server Error"),
            BadInput(
                "chunks", ["CONTENT_LENGTH": nil, "HTTP_TRANSFER_ENCODING": "chunked"], "500 Internal Server Error"),
        ]

    static let methods: [BadInput] =
        ["get", "GeT", "GE", "G", "G T", " GET", "GET ", "GÄT", "GET\r\n", "GET\0", "GET:", "G(T", "GET#", "\"GET\""]
        .map {
            BadInput("method \($0.debugDescription)", ["REQUEST_METHOD": $0], bad)
        } + [BadInput("a long method", ["REQUEST_METHOD": String(repeating: "M", count: 21)], "501 Not Implemented")]

    static let targets: [BadInput] =
        [
            "x", "*", "http:/x", "http//x", "http://", "http://a:b@c/", "http://a b/", "/a b", "/a\tb", "/a\r\nX: y",
            "/\0", "/\u{7F}", "/ü\u{7F}", "ü", " /", "/ ", "//\n", "\\", "a:80", "http://[::1/", "http://a:99999/",
            "?x=1", "1:/x",
        ].map { BadInput("target \($0.debugDescription)", ["REQUEST_URI": $0], bad) } + [
            BadInput("a long target", ["REQUEST_URI": "/" + String(repeating: "x", count: 8_190)], "414 URI Too Long"),
            BadInput("a query with a space", ["REQUEST_URI": nil, "QUERY_STRING": "a b"], bad),
            BadInput("CONNECT to a path", ["REQUEST_METHOD": "CONNECT"], bad),
        ]

    static let lengths: [BadInput] =
        [
            "-1", "+1", " 1", "1 ", "1,1", "1, 1", "0x10", "1e3", "1.0", "abc", "１", "9223372036854775808",
            "18446744073709551617", "99999999999999999999999999", "\0", "1\0", "\t",
        ].map { BadInput("length \($0.debugDescription)", ["CONTENT_LENGTH": $0], bad) } + [
            BadInput("a large body", ["CONTENT_LENGTH": "104857601"], "413 Content Too Large"),
            BadInput("the largest body", ["CONTENT_LENGTH": "9223372036854775807"], "413 Content Too Large"),
            BadInput("TRACE with a body", ["REQUEST_METHOD": "TRACE", "CONTENT_LENGTH": "1"], bad),
        ]

    static let fields: [BadInput] =
        ["a\r\nb", "a\nb", "a\rb", "a\0b", "\u{1}", "\u{7F}", "a\u{1B}[31m"].map {
            BadInput("value \($0.debugDescription)", ["HTTP_X": $0], bad)
        }
        + ["HTTP_", "HTTP_A B", "HTTP_A:B", "HTTP_A\r\nB", "HTTP_Ä", "HTTP_A\0", "HTTP_(A)"].map {
            BadInput("name \($0.debugDescription)", Packet.bytes(Packet.get + [($0, "x")]), bad)
        }
        + ["a b", "a/b", "a@b", "a:b", "a:99999", "[::1", "a b:80", "a\r\nb", "%zz"].map {
            BadInput("host \($0.debugDescription)", ["HTTP_HOST": $0], bad)
        } + [
            BadInput("content type in two lines", ["CONTENT_TYPE": "a\r\nb: c"], bad),
            BadInput("another protocol", ["SERVER_PROTOCOL": "SPDY/3"], bad),
            BadInput("half a protocol", ["SERVER_PROTOCOL": "HTTP/"], bad),
        ]

    static let all = packets + methods + targets + lengths + fields

    @Test func areManyEnough() {
        #expect(Self.all.count >= 100)
    }

    @Test(arguments: all)
    func isAnsweredInClearAndNeverServed(_ input: BadInput) async throws {
        // Whole and byte by byte, with something behind it that is no answer's business.
        for pieces in [[input.bytes + Array("more".utf8)], (input.bytes.count < 800 ? input.bytes.map { [$0] } : [])] {
            if pieces.isEmpty { continue }
            let exchange = try await Exchange.run(pieces) { _ in .text("served") }
            #expect(exchange.statuses == [input.status], "\(exchange.text)")
            #expect(exchange.text.contains("\r\nConnection: close\r\n"))
            #expect(exchange.body.hasPrefix(input.status), "the reason is told: \(exchange.body)")
            #expect(exchange.requests == 0)
            #expect(exchange.errors == 1)
        }
    }

    /// Packets that break off are nobody's mistake: who left cannot be told anything.
    @Test func brokenOffPacketsEndInSilence() async throws {
        let bytes = Packet.bytes()
        for count in bytes.indices {
            let exchange = try await Exchange.run([Array(bytes[..<count])]) { _ in .text("served") }
            #expect(exchange.text.isEmpty)
            #expect(exchange.requests == 0)
        }
    }

    /// What uWSGI acts on is data here.
    @Test(arguments: [
        "UWSGI_FILE", "UWSGI_MODULE", "UWSGI_SCRIPT", "UWSGI_HOME", "UWSGI_PYHOME", "UWSGI_SETENV", "UWSGI_CHDIR",
        "UWSGI_POSTFILE", "UWSGI_TOUCH_RELOAD", "UWSGI_CACHE_GET", "UWSGI_APPID", "HTTP_PROXY",
    ])
    func variablesAreDataOnly(name: String) async throws {
        let exchange = try await Exchange.run(Packet.get + [(name, "/etc/passwd")]) { request in
            .text(request.headers.map(\.name).joined(separator: ","))
        }
        #expect(exchange.statuses == ["200 OK"])
        #expect(exchange.body == "Host,User-Agent,Accept-Encoding" + (name == "HTTP_PROXY" ? ",Proxy" : ""))
    }
}
