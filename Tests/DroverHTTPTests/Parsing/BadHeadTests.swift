import Testing

@testable import DroverHTTPMessages

@Suite struct BadHeadTests {
    /// A head and the rule that it breaks.
    struct Sample: CustomTestStringConvertible {
        let rule: HeadRejection
        let text: String

        init(_ rule: HeadRejection, _ text: String) {
            self.rule = rule
            self.text = text
        }

        var testDescription: String { text.debugDescription }
    }

    static let lines: [Sample] = [
        Sample(.bareLineFeed, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.requestLine, "\r\n\r\nGET / HTTP/1.1\r\n"),
        Sample(.bareCarriageReturn, "\rGET / HTTP/1.1\r\n"),
        Sample(.handshake, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        Sample(.method, "get / HTTP/1.1\r\n"),
        Sample(.method, "GE / HTTP/1.1\r\n"),
        Sample(.method, "G#T / HTTP/1.1\r\n"),
        Sample(.method, "G\u{0}T / HTTP/1.1\r\n"),
        Sample(.method, "GET\t/ HTTP/1.1\r\n"),
        Sample(.method, "\u{80}GET / HTTP/1.1\r\n"),
        Sample(.unknownMethod, "ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1\r\n"),
        Sample(.requestLine, " / HTTP/1.1\r\n"),
        Sample(.requestLine, "GET\r\n"),
        Sample(.requestLine, "GET  / HTTP/1.1\r\n"),
        Sample(.requestLine, "GET /\r\nHost: a\r\n\r\n"),
        Sample(.requestLine, "GET /\n"),
        Sample(.target, "GET /\t HTTP/1.1\r\n"),
        Sample(.target, "GET /\u{7F} HTTP/1.1\r\n"),
        Sample(.target, "GET /ö\u{7F} HTTP/1.1\r\n"),
        Sample(.target, "GET /\u{0} HTTP/1.1\r\n"),
        Sample(.targetForm, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "GET 1http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.targetForm, "CONNECT http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Sample(.version, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        Sample(.version, "GET / \r\n\r\n"),
        Sample(.version, "GET /  HTTP/1.1\r\n"),
        Sample(.version, "GET / http/1.1\r\n"),
        Sample(.version, "GET / HTTP/11\r\n"),
        Sample(.version, "GET / HTTP/1.10\r\n"),
        Sample(.version, "GET / HTTPS/1.1\r\n"),
        Sample(.version, "GET / ICY\r\n\r\n"),
        Sample(.unsupportedVersion, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        Sample(.unsupportedVersion, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        Sample(.unsupportedVersion, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        Sample(.preface, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Sample(.bareLineFeed, "GET / HTTP/1.1\nHost: a\n\n"),
        Sample(.bareCarriageReturn, "GET / HTTP/1.1\rHost: a\r\r"),
    ]

    static let fields: [Sample] = [
        Sample(.folding, " Host: a\r\n\r\n"),
        Sample(.folding, "Host: a\r\n b\r\n\r\n"),
        Sample(.folding, "Host: a\r\n\tb\r\n\r\n"),
        Sample(.fieldName, "Host : a\r\n\r\n"),
        Sample(.fieldName, "Ho st: a\r\n\r\n"),
        Sample(.fieldName, ": a\r\n\r\n"),
        Sample(.fieldName, "Host\r\n\r\n"),
        Sample(.fieldName, "Höst: a\r\n\r\n"),
        Sample(.fieldName, "X(Y): a\r\n\r\n"),
        Sample(.fieldName, "X\u{0}: a\r\n\r\n"),
        Sample(.bareLineFeed, "Host: a\n\r\n"),
        Sample(.bareLineFeed, "Host: a\r\n\n"),
        Sample(.bareLineFeed, "Host\n\r\n"),
        Sample(.bareCarriageReturn, "Host: a\rb\r\n\r\n"),
        Sample(.bareCarriageReturn, "Host: a\r\n\rX"),
        Sample(.fieldValue, "Host: a\r\nX: b\u{0}c\r\n\r\n"),
        Sample(.fieldValue, "Host: a\r\nX: b\u{B}c\r\n\r\n"),
        Sample(.fieldValue, "Host: a\r\nX: b\u{7F}c\r\n\r\n"),
        Sample(.fieldValue, "Host: a\r\nX: a longer value than sixteen bytes \u{1F}\r\n\r\n"),
        Sample(.hostMissing, "\r\n"),
        Sample(.hostMissing, "X-Host: a\r\n\r\n"),
        Sample(.hostRepeated, "Host: a\r\nhOST: a\r\n\r\n"),
        Sample(.contentTypeRepeated, "Host: a\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\n"),
        Sample(.contentLengthRepeated, "Host: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: 5, 5\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: +5\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: -5\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: 5 5\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: 5_0\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: 0x5\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: \r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: 9223372036854775808\r\n\r\n"),
        Sample(.contentLength, "Host: a\r\nContent-Length: 99999999999999999999999999\r\n\r\n"),
        Sample(.bodySize, "Host: a\r\nContent-Length: 9223372036854775807\r\n\r\n"),
        Sample(.transferEncodingWithLength, "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Sample(.transferEncodingWithLength, "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: chunked,\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: ,chunked\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding:\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: gzip\r\n\r\n"),
        Sample(.transferEncoding, "Host: a\r\nTransfer-Encoding: identity\r\n\r\n"),
        Sample(.unknownTransferCoding, "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        Sample(.unknownTransferCoding, "Host: a\r\nTransfer-Encoding: xchunked\r\n\r\n"),
        Sample(.unknownTransferCoding, "Host: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n"),
        Sample(.unknownTransferCoding, "Host: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"),
        Sample(.expectation, "Host: a\r\nExpect: 200-ok\r\n\r\n"),
    ]

    @Test(arguments: lines) func requestLineIsRefused(_ sample: Sample) {
        #expect(ParsedHead.parse(sample.text) == .failure(sample.rule))
        #expect(ParsedHead.disagreements(sample.text) == [])
    }

    @Test(arguments: fields) func fieldsAreRefused(_ sample: Sample) {
        let text = "GET / HTTP/1.1\r\n" + sample.text
        #expect(ParsedHead.parse(text) == .failure(sample.rule))
        #expect(ParsedHead.disagreements(text) == [])
    }

    @Test(arguments: [
        "", "a b", "a/b", "a,b:c", "u@a", "a:b", "a:65536", "a:123456", "a:-1", "a:80:80", ":80", "[::1", "[::1]a",
        "[]", "[a]",
        "[:]", "::1", "a%2", "a%zz", "a?b", "a#b", "ä", "a\\b", "<a>", "a-name-of-more-than-sixteen.letters/",
    ])
    func hostIsRefused(_ host: String) {
        #expect(
            ParsedHead.parse("GET / HTTP/1.1\r\nHost: \(host)\r\nX: more than sixteen bytes\r\n\r\n") == .failure(.host)
        )
        let bytes = Array(host.utf8)
        let isAuthority = HostRules.isAuthority(bytes.span.bytes)
        #expect(!isAuthority)
    }

    @Test func codingIsRefusedInOldVersion() {
        let text = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(ParsedHead.parse(text) == .failure(.transferEncodingInHTTP10))
    }

    @Test func expectationMeansNothingInOldVersion() throws {
        let head = try #require(try ParsedHead.parse("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").get())
        #expect(!HeadFacts(rawValue: head.facts).contains(.expectsContinue))
    }

    @Test func everyRuleHasAStatus() {
        #expect(HeadRejection.requestLineSize.status == .uriTooLong)
        #expect(HeadRejection.fieldSize.status == .requestHeaderFieldsTooLarge)
        #expect(HeadRejection.fieldCount.status == .requestHeaderFieldsTooLarge)
        #expect(HeadRejection.bodySize.status == .contentTooLarge)
        #expect(HeadRejection.unsupportedVersion.status == .httpVersionNotSupported)
        #expect(HeadRejection.unknownTransferCoding.status == .notImplemented)
        #expect(HeadRejection.unknownMethod.status == .notImplemented)
        #expect(HeadRejection.expectation.status == .expectationFailed)
        #expect(HeadRejection.host.status == .badRequest)
    }
}
