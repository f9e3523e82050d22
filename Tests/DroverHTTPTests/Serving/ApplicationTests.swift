import DroverCore
import DroverHTTP
import DroverScriptedSupport
import DroverSystem
import Testing

@testable import DroverHTTPApplications
@testable import DroverHTTPMessages

@Suite struct ApplicationTests {
    @Test func hello() async throws {
        let exchange = try await Exchange.run(["GET /any HTTP/1.1\r\nHost: a\r\n\r\n"], HelloHandler())
        #expect(exchange.body == "Hello, World!")
        #expect(exchange.text.contains("\r\nContent-Type: text/plain\r\n"))
        #expect(exchange.text.contains("\r\nContent-Length: 13\r\n"))
    }

    @Test func inspect() async throws {
        let handler = InspectHandler(worker: WorkerIdentity(pid: 41, slot: 2, generation: 3))
        let text = """
            POST /a?b HTTP/1.1\r\nHost: c\r\nX-D: "e"\r\nX-D: \\f\r\nTransfer-Encoding: chunked\r\n\r\n\
            4\r\nbody\r\n0\r\nX-G: h\r\n\r\n
            """
        let exchange = try await Exchange.run([text], handler)
        #expect(exchange.text.contains("\r\nContent-Type: application/json\r\n"))
        #expect(
            exchange.body == """
                {"method":"POST","target":"/a?b","version":"HTTP/1.1",\
                "headers":[["Host","c"],["X-D","\\"e\\""],["X-D","\\\\f"],["Transfer-Encoding","chunked"]],\
                "body":"Ym9keQ==","trailers":[["X-G","h"]],"remote":"127.0.0.1:4711","local":"unix:",\
                "client":"127.0.0.1","scheme":"http","authority":"c","tls":null,"proxied":null,\
                "pid":41,"slot":2,"generation":3}
                """)
    }

    @Test func inspectShowsWhatTrustedProxiesSay() async throws {
        let handler = InspectHandler(worker: WorkerIdentity(pid: 41, slot: 2, generation: 3))
        let get = "GET / HTTP/1.1\r\nHost: c\r\nForwarded: for=203.0.113.7:4242;proto=wss;host=shop.example\r\n\r\n"
        #expect(
            try await Exchange.run([get], handler).body.contains(
                #""client":"203.0.113.7","scheme":"https","authority":"shop.example""#))
        let stranger = try await Exchange.run([get], peer: .ipv4(0xC000_0201, port: 9), handler)
        #expect(stranger.body.contains(#""client":"192.0.2.1","scheme":"http","authority":"c""#))
        #expect(try await Exchange.run(["GET / HTTP/1.0\r\n\r\n"], handler).body.contains(#""authority":null"#))
    }

    @Test func bulkCountsWhatItIsSent() async throws {
        let post = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
        let exchange = try await Exchange.run([post, "1234", "56789"], BulkHandler())
        #expect(exchange.body == "9\n")
    }

    @Test(arguments: [(0, []), (5, [5]), (65_536, [65_536]), (131_077, [65_536, 65_536, 5])])
    func bulkSendsWhatItIsAskedFor(_ count: Int, _ pieces: [Int]) async throws {
        let get = "GET /stream?bytes=\(count) HTTP/1.1\r\nHost: a\r\n\r\n"
        let exchange = try await Exchange.run([get], BulkHandler())
        let chunks = pieces.map { "\(String($0, radix: 16))\r\n\(String(repeating: "x", count: $0))\r\n" }
        #expect(exchange.text.hasSuffix("\r\n\r\n\(chunks.joined())0\r\n\r\n"))
    }

    @Test(arguments: ["/stream", "/stream?bytes=-1", "/stream?bytes=many"])
    func bulkNeedsANumber(_ target: String) async throws {
        let exchange = try await Exchange.run(["GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"], BulkHandler())
        #expect(exchange.statuses == ["400 Bad Request"])
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{3FFFF}?>~", "8L+/vz8+fg=="),
    ])
    func base64(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test func jsonEscapes() {
        var json = JSONWriter()
        json.string("a\"b\\c\n\u{7F}ö")
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\"a\\\"b\\\\c\\u000a\\u007fö\"")
    }
}
