import DroverHTTP
import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages

@Suite struct ConnectionTests {
    private let echo = ClosureHandler { request in .text("<\(request.method) \(request.target)>") }
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func get(_ number: Int, _ fields: String = "") -> String {
        "GET /\(number) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    @Test func oneRequest() async throws {
        let exchange = try await Exchange.run([get], echo)
        #expect(exchange.statuses == ["200 OK"])
        #expect(exchange.body == "<GET />")
        #expect(exchange.requests == 1)
        #expect(exchange.errors == 0)
        #expect(exchange.sends == 1)
    }

    @Test func requestsOneAfterTheOther() async throws {
        let exchange = try await Exchange.run([get(1), get(2), get(3)], echo)
        #expect(exchange.statuses == ["200 OK", "200 OK", "200 OK"])
        #expect(exchange.body == "<GET /3>")
        #expect(exchange.sends == 3)
    }

    @Test func pipelinedRepliesAreSentTogether() async throws {
        let exchange = try await Exchange.run([(1...16).map { get($0) }.joined()], echo)
        #expect(exchange.statuses.count == 16)
        #expect(exchange.sends == 1)
        #expect(exchange.requests == 16)
    }

    @Test func headInManyPieces() async throws {
        let exchange = try await Exchange.run((get(1) + get(2)).map { "\($0)" }, echo)
        #expect(exchange.statuses == ["200 OK", "200 OK"])
        #expect(exchange.body == "<GET /2>")
    }

    @Test func nothingFollowsTheLastReply() async throws {
        for fields in ["Connection: close\r\n", "Connection: Close, foo\r\n"] {
            let exchange = try await Exchange.run([get(1, fields) + get(2)], echo)
            #expect(exchange.statuses.count == 1)
            #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        }
        let old = try await Exchange.run(["GET / HTTP/1.0\r\n\r\n" + get], echo)
        #expect(old.statuses.count == 1)
    }

    @Test func drainingWorkerSaysSo() async throws {
        let exchange = try await Exchange.run([get(1) + get(2)], drains: true, echo)
        #expect(exchange.statuses.count == 1)
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
    }

    @Test func garbageIsAnsweredAndCounted() async throws {
        let exchange = try await Exchange.run([get(1) + "garbage\r\n\r\n" + get(2)], echo)
        #expect(exchange.statuses == ["200 OK", "400 Bad Request"])
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        #expect(exchange.body == "400 Bad Request: malformed method\n")
        #expect(exchange.requests == 1)
        #expect(exchange.errors == 1)
    }

    @Test(arguments: [
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported"),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented"),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", "417 Expectation Failed"),
        ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n", "414 URI Too Long"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 9_000))\r\n",
            "431 Request Header Fields Too Large"
        ),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n", "413 Content Too Large"),
    ])
    func rulesHaveTheirStatus(_ text: String, _ status: String) async throws {
        #expect(try await Exchange.run([text], echo).statuses == [status])
    }

    @Test func handshakeOfAnotherProtocolGetsNoAnswer() async throws {
        let exchange = try await Exchange.run(["\u{16}\u{3}\u{1}\u{2}\u{0}"], echo)
        #expect(exchange.text == "")
        #expect(exchange.errors == 1)
    }

    @Test func silenceIsClosedWithoutAnswer() async throws {
        #expect(try await Exchange.run([], waits: true, echo).text == "")
        #expect(try await Exchange.run([get], waits: true, echo).statuses == ["200 OK"])
    }

    @Test func halfAHeadTimesOut() async throws {
        let exchange = try await Exchange.run(["GET / HT"], waits: true, echo)
        #expect(exchange.statuses == ["408 Request Timeout"])
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        #expect(exchange.errors == 1)
    }

    @Test func halfAHeadAndTheEndIsClosedWithoutAnswer() async throws {
        #expect(try await Exchange.run(["GET / HT"], echo).text == "")
    }

    @Test func largeReplies() async throws {
        let bytes = ClosureHandler { _ in .bytes([UInt8](repeating: 0x61, count: 300_000)) }
        let exchange = try await Exchange.run([get + get], bytes)
        #expect(exchange.statuses.count == 2)
        #expect(exchange.body == String(repeating: "a", count: 300_000))
        let text = ClosureHandler { _ in .text(String(repeating: "b", count: 20_000)) }
        #expect(try await Exchange.run([get], text).body == String(repeating: "b", count: 20_000))
        let head = try await Exchange.run(["HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"], bytes)
        #expect(head.text.contains("Content-Length: 300000\r\n"))
        #expect(head.body == "")
    }
}
