import Testing

@testable import DroverHTTPMessages

@Suite struct GoodHeadTests {
    /// A head and the facts that it must come out with.
    struct Sample: CustomTestStringConvertible {
        let name: String
        let text: String
        var method = "GET"
        var target = "/"
        var version = HTTPVersion.http11
        var fields = ["Host=a"]
        var contentLength = 0

        var testDescription: String { name }
    }

    static let samples: [Sample] = [
        Sample(name: "the smallest", text: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(name: "HTTP/1.0 without Host", text: "GET / HTTP/1.0\r\n\r\n", version: .http10, fields: []),
        Sample(name: "one empty line before", text: "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(name: "query", text: "GET /a/b?c=d&e HTTP/1.1\r\nHost: a\r\n\r\n", target: "/a/b?c=d&e"),
        Sample(
            name: "every target character", text: "GET /!\"$%&'()*+,-.;<=>@[\\]^_`{|}~ HTTP/1.1\r\nHost: a\r\n\r\n",
            target: "/!\"$%&'()*+,-.;<=>@[\\]^_`{|}~"),
        Sample(name: "absolute form", text: "GET http://b:80/c HTTP/1.1\r\nHost: a\r\n\r\n", target: "http://b:80/c"),
        Sample(
            name: "absolute form without path", text: "GET http://b?c HTTP/1.1\r\nHost: a\r\n\r\n", target: "http://b?c"
        ),
        Sample(name: "asterisk form", text: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", method: "OPTIONS", target: "*"),
        Sample(
            name: "authority form", text: "CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n", method: "CONNECT",
            target: "b:443"),
        Sample(name: "a method of one's own", text: "X-PURGE / HTTP/1.1\r\nHost: a\r\n\r\n", method: "X-PURGE"),
        Sample(name: "no space after the colon", text: "GET / HTTP/1.1\r\nHost:a\r\n\r\n"),
        Sample(name: "blanks around a value", text: "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n"),
        Sample(
            name: "tab within a value", text: "GET / HTTP/1.1\r\nHost: a\r\nX: b\tc\r\n\r\n",
            fields: ["Host=a", "X=b\tc"]),
        Sample(
            name: "empty values", text: "GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: \r\n\r\n",
            fields: ["Host=a", "X=", "Y="]),
        Sample(
            name: "value beyond ASCII", text: "GET / HTTP/1.1\r\nHost: a\r\nX: dröver\r\n\r\n",
            fields: ["Host=a", "X=dröver"]),
        Sample(
            name: "every token character", text: "GET / HTTP/1.1\r\nHost: a\r\nX!#$%&'*+-.^_`|~9: b\r\n\r\n",
            fields: ["Host=a", "X!#$%&'*+-.^_`|~9=b"]),
        Sample(
            name: "long name and long value",
            text:
                "GET / HTTP/1.1\r\nHost: a\r\nX-\(String(repeating: "n", count: 70)): \(String(repeating: "v ", count: 90))\r\n\r\n",
            fields: ["Host=a", "X-\(String(repeating: "n", count: 70))=\(String(repeating: "v ", count: 89))v"]),
        Sample(
            name: "repeated field", text: "GET / HTTP/1.1\r\nX: 1\r\nHost: a\r\nX: 2\r\n\r\n",
            fields: ["X=1", "Host=a", "X=2"]),
        Sample(
            name: "Content-Length", text: "POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 0042\r\n\r\n", method: "POST",
            fields: ["Host=a", "content-LENGTH=0042"], contentLength: 42),
        Sample(name: "bytes behind the head", text: "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n"),
    ]

    @Test(arguments: samples) func isUnderstood(_ sample: Sample) throws {
        let head = try #require(try ParsedHead.parse(sample.text).get())
        #expect(head.method == sample.method)
        #expect(head.target == sample.target)
        #expect(head.version == sample.version)
        #expect(head.fields == sample.fields)
        #expect(head.contentLength == sample.contentLength)
        #expect(sample.text.utf8.dropFirst(head.byteCount).isEmpty || sample.name == "bytes behind the head")
    }

    @Test(arguments: samples) func isUnderstoodInPieces(_ sample: Sample) {
        #expect(ParsedHead.disagreements(sample.text) == [])
    }

    @Test func manyFieldsNeedALargerTable() throws {
        let names = (1...100).map { "X-\($0)" }
        let text = "GET / HTTP/1.0\r\n" + names.map { "\($0): v\r\n" }.joined() + "\r\n"
        let head = try #require(try ParsedHead.parse(text).get())
        #expect(head.fields == names.map { "\($0)=v" })
        #expect(ParsedHead.disagreements(text) == [])
    }

    @Test(arguments: [
        ("keep-alive", HeadFacts.keepsAlive), ("Keep-Alive", .keepsAlive), ("close", .closes), ("CLOSE", .closes),
        ("upgrade", .upgrades), ("foo, close", .closes), ("close,foo", .closes), (" , ,close , ", .closes),
    ])
    func connectionOptions(_ value: String, _ fact: HeadFacts) throws {
        let head = try #require(try ParsedHead.parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n").get())
        #expect(HeadFacts(rawValue: head.facts).contains(fact))
    }

    @Test(arguments: [
        "a", "a:80", "a:", "127.0.0.1", "127.0.0.1:8000", "www.example.com", "www.example.com:65535", "[::1]",
        "[2001:db8::1]:8443", "[::ffff:127.0.0.1]", "a_b", "xn--bcher-kva.example", "a%20b",
        "a-name-of-more-than-sixteen.letters",
    ])
    func hosts(_ host: String) throws {
        #expect(try ParsedHead.parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").get() != nil)
        // Without anything behind it, where the comparison of sixteen bytes does not reach.
        let bytes = Array(host.utf8)
        let isAuthority = HostRules.isAuthority(bytes.span.bytes)
        #expect(isAuthority)
    }

    @Test func parserIsReadyForTheNextHead() throws {
        let bytes = Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var parser = HeadParser()
        for _ in 1...3 {
            var head = RequestHead()
            let isComplete = try parser.parse(bytes.span.bytes, limits: HeadLimits(), into: &head)
            #expect(isComplete)
            #expect(ParsedHead(head, bytes).target == "/1")
        }
    }
}
