import Testing

/// RFC 9112 sections 6 and 7: where a message ends, on which everybody on the way must agree.
@Suite struct FramingConformanceTests {
    static let lengths: [ConformanceCase] = [
        .body("a length", "Content-Length: 5", "hello", .understood("POST / hello")),
        .body("no body", "Content-Length: 0", "", .understood("POST / ")),
        .body("no framing is no body", "X: y", "", .understood("POST / ")),
        .body("leading zeros", "Content-Length: 0005", "hello", .understood("POST / hello")),
        .body("any case", "cONTENT-lENGTH: 5", "hello", .understood("POST / hello")),
        .body("blanks around", "Content-Length: \t 5 \t", "hello", .understood("POST / hello")),
        .body(
            "a request in a body", "Content-Length: 18", "GET / HTTP/1.1\r\n\r\n",
            .understood("POST / GET / HTTP/1.1\r\n\r\n")),
        .body("an expectation", "Content-Length: 5\r\nExpect: 100-continue", "hello", .understood("POST / hello")),
        .body(
            "an expectation in any case", "Content-Length: 2\r\nExpect: 100-Continue", "hi", .understood("POST / hi")),
        .body("a length twice", "Content-Length: 5\r\nContent-Length: 5", "hello", .refused(400)),
        .body("two lengths", "Content-Length: 5\r\nContent-Length: 6", "hello", .refused(400)),
        .body("two lengths", "Content-Length: 5\r\ncontent-length: 0", "hello", .refused(400)),
        .body("a list of lengths", "Content-Length: 5, 5", "hello", .refused(400)),
        .body("a list of lengths", "Content-Length: 5,", "hello", .refused(400)),
        .body("a sign", "Content-Length: +5", "hello", .refused(400)),
        .body("a sign", "Content-Length: -5", "hello", .refused(400)),
        .body("a negative zero", "Content-Length: -0", "", .refused(400)),
        .body("no number", "Content-Length:", "hello", .refused(400)),
        .body("no number", "Content-Length: five", "hello", .refused(400)),
        .body("base 16", "Content-Length: 0x5", "hello", .refused(400)),
        .body("base 16", "Content-Length: a", "hello", .refused(400)),
        .body("an underscore", "Content-Length: 1_0", "hello", .refused(400)),
        .body("a blank within", "Content-Length: 1 0", "hello", .refused(400)),
        .body("a point", "Content-Length: 5.0", "hello", .refused(400)),
        .body("quotes", "Content-Length: \"5\"", "hello", .refused(400)),
        .body("an exponent", "Content-Length: 5e0", "hello", .refused(400)),
        .body("another script's digits", "Content-Length: ٥", "hello", .refused(400)),
        .body("a semicolon", "Content-Length: 5;", "hello", .refused(400)),
        .body("64 bits", "Content-Length: 18446744073709551621", "hello", .refused(400)),
        .body("63 bits", "Content-Length: 9223372036854775808", "hello", .refused(400)),
        .body("too large", "Content-Length: 9223372036854775807", "hello", .refused(413)),
        .body("too large", "Content-Length: 104857601", "hello", .refused(413)),
        .body("space before the colon", "Content-Length : 5", "hello", .refused(400)),
        ConformanceCase(
            rule: "TRACE has no body", text: "TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            outcome: .refused(400)),
        ConformanceCase(
            rule: "CONNECT has no body", text: "CONNECT b:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            outcome: .refused(400)),
        ConformanceCase(
            rule: "GET may have a body", text: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            outcome: .understood("GET / hi")),
        ConformanceCase(
            rule: "HTTP/1.0 may have a body", text: "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi",
            outcome: .last("POST / hi")),
        ConformanceCase(
            rule: "HTTP/1.0 knows no expectations", text: "POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: x\r\n\r\nhi",
            outcome: .last("POST / hi")),
    ]

    private static let end = "2\r\nhi\r\n0\r\n\r\n"

    static let codings: [ConformanceCase] = [
        .body("chunked", "Transfer-Encoding: chunked", end, .understood("POST / hi")),
        .body("any case", "TRANSFER-ENCODING: ChUnKeD", end, .understood("POST / hi")),
        .body("blanks around", "Transfer-Encoding: \t chunked \t", end, .understood("POST / hi")),
        .body("beside a length", "Transfer-Encoding: chunked\r\nContent-Length: 2", end, .refused(400)),
        .body("beside a length", "Content-Length: 12\r\nTransfer-Encoding: chunked", end, .refused(400)),
        .body("beside no length", "Content-Length: 0\r\nTransfer-Encoding: chunked", end, .refused(400)),
        .body("twice", "Transfer-Encoding: chunked, chunked", end, .refused(400)),
        .body("twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", end, .refused(400)),
        .body("something after it", "Transfer-Encoding: chunked, gzip", end, .refused(400)),
        .body("something after it", "Transfer-Encoding: chunked, identity", end, .refused(400)),
        .body("something after it", "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", end, .refused(400)),
        .body("something before it", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", end, .refused(400)),
        .body("a coding that is not decoded", "Transfer-Encoding: gzip, chunked", end, .refused(501)),
        .body("a coding that is not decoded", "Transfer-Encoding: identity, chunked", end, .refused(501)),
        .body("a coding that nobody knows", "Transfer-Encoding: xchunked", end, .refused(501)),
        .body("a coding that nobody knows", "Transfer-Encoding: chunked-x", end, .refused(501)),
        .body("a coding that nobody knows", "Transfer-Encoding: x chunked", end, .refused(501)),
        .body("a parameter", "Transfer-Encoding: chunked;a=b", end, .refused(501)),
        .body("quotes", "Transfer-Encoding: \"chunked\"", end, .refused(501)),
        .body("no end", "Transfer-Encoding: gzip", end, .refused(400)),
        .body("no end", "Transfer-Encoding: identity", end, .refused(400)),
        .body("no coding", "Transfer-Encoding:", end, .refused(400)),
        .body("an empty coding", "Transfer-Encoding: chunked,", end, .refused(400)),
        .body("an empty coding", "Transfer-Encoding: ,chunked", end, .refused(400)),
        .body("space before the colon", "Transfer-Encoding : chunked", end, .refused(400)),
        .body("vertical tab before", "Transfer-Encoding: \u{B}chunked", end, .refused(400)),
        .body("zero after", "Transfer-Encoding: chunked\u{0}", end, .refused(400)),
        .body("folded", "Transfer-Encoding:\r\n chunked", end, .refused(400)),
        .body(
            "with an underscore it is another field", "Transfer_Encoding: chunked\r\nContent-Length: 2", "hi",
            .understood("POST / hi")),
        ConformanceCase(
            rule: "not in HTTP/1.0", text: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + end,
            outcome: .refused(400)),
        ConformanceCase(
            rule: "not in HTTP/1.0 either",
            text:
                "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + end,
            outcome: .refused(400)),
    ]

    static let goodChunks: [ConformanceCase] = [
        .chunks("none", "0\r\n\r\n", .understood("POST / ")),
        .chunks("several", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", .understood("POST / abc")),
        .chunks(
            "base 16", "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", .understood("POST / 01234567890123456789")),
        .chunks("leading zeros", "002\r\nhi\r\n000\r\n\r\n", .understood("POST / hi")),
        .chunks("an extension", "2;a\r\nhi\r\n0;b=c\r\n\r\n", .understood("POST / hi")),
        .chunks("several extensions", "2;a;b=c;d=\"e;f\"\r\nhi\r\n0\r\n\r\n", .understood("POST / hi")),
        .chunks("a quoted pair", "2;a=\"\\\"\\\\\"\r\nhi\r\n0\r\n\r\n", .understood("POST / hi")),
        .chunks("blanks around an extension", "2 ;\ta = b\r\nhi\r\n0\r\n\r\n", .understood("POST / hi")),
        .chunks("line ends as data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", .understood("POST / \r\n\r\n")),
        .chunks("a chunk in a chunk", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", .understood("POST / 0\r\n\r\n")),
        .chunks("trailers", "2\r\nhi\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n", .understood("POST / hi X-A=b X-C=d")),
        .chunks("an empty trailer", "0\r\nX-A:\r\n\r\n", .understood("POST /  X-A=")),
        .chunks("a trailer about the content", "0\r\nContent-Type: a/b\r\n\r\n", .understood("POST / ")),
        .chunks("a trailer about the content", "0\r\nContent-Encoding: gzip\r\n\r\n", .understood("POST / ")),
        .chunks("a trailer about the content", "0\r\ncontent-RANGE: x\r\n\r\n", .understood("POST / ")),
        .chunks("a trailer about trailers", "0\r\nTrailer: a\r\n\r\n", .understood("POST / ")),
        .chunks("a trailer about trailers", "0\r\nTE: a\r\n\r\n", .understood("POST / ")),
        .chunks("a trailer that comes too late", "0\r\nExpect: b\r\n\r\n", .understood("POST / ")),
        .chunks("a trailer for clients", "0\r\nSet-Cookie: a=b\r\n\r\n", .understood("POST / ")),
        .chunks(
            "trailers between trailers", "0\r\nX-A: b\r\nContent-Type: a/b\r\nTE: x\r\nX-C: d\r\n\r\n",
            .understood("POST /  X-A=b X-C=d")),
    ]

    static let badChunks: [ConformanceCase] =
        [
            ("no size", "\r\nhi\r\n0\r\n\r\n"), ("no number", "z\r\nhi\r\n"), ("a sign", "+2\r\nhi\r\n0\r\n\r\n"),
            ("a sign", "-2\r\nhi\r\n0\r\n\r\n"), ("0x", "0x2\r\nhi\r\n0\r\n\r\n"), ("an underscore", "0_2\r\nhi\r\n"),
            ("space before", " 2\r\nhi\r\n0\r\n\r\n"), ("tab before", "\t2\r\nhi\r\n0\r\n\r\n"),
            ("space after", "2 \r\nhi\r\n0\r\n\r\n"), ("tab after", "2\t\r\nhi\r\n0\r\n\r\n"),
            ("a point", "2.0\r\nhi\r\n"), ("an exponent", "2h\r\nhi\r\n"), ("zero after", "2\u{0}\r\nhi\r\n"),
            ("64 bits", "10000000000000002\r\nhi\r\n"), ("63 bits", "8000000000000000\r\nhi\r\n"),
            ("LF ends the size", "2\nhi\r\n0\r\n\r\n"), ("CR ends the size", "2\rhi\r\n0\r\n\r\n"),
            ("LF CR ends the size", "2\n\rhi\r\n0\r\n\r\n"), ("CR CR LF ends the size", "2\r\r\nhi\r\n0\r\n\r\n"),
            ("too much data", "2\r\nhix\r\n0\r\n\r\n"), ("too little data", "3\r\nhi\r\n0\r\n\r\n"),
            ("LF ends the data", "2\r\nhi\n0\r\n\r\n"), ("CR ends the data", "2\r\nhi\r0\r\n\r\n"),
            ("no end of the data", "2\r\nhi0\r\n\r\n"), ("a blank line between", "2\r\nhi\r\n\r\n0\r\n\r\n"),
            ("an empty extension", "2;\r\nhi\r\n0\r\n\r\n"), ("an extension without name", "2;=a\r\nhi\r\n"),
            ("an extension without value", "2;a=\r\nhi\r\n"), ("an open quote", "2;a=\"b\r\nhi\r\n"),
            ("something after a quote", "2;a=\"b\"c\r\nhi\r\n"), ("CR in an extension", "2;a\rb\r\nhi\r\n"),
            ("LF in an extension", "2;a\nb\r\nhi\r\n"), ("zero in an extension", "2;a\u{0}\r\nhi\r\n"),
            ("space in an extension", "2;a b\r\nhi\r\n"), ("LF in a quote", "2;a=\"\n\"\r\nhi\r\n"),
            ("a long extension", "2;\(String(repeating: "a", count: 1_100))\r\nhi\r\n"),
            ("many zeros", "\(String(repeating: "0", count: 1_100))2\r\nhi\r\n"),
            ("a trailer that frames", "0\r\nContent-Length: 2\r\n\r\n"),
            ("a trailer that frames", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ("a trailer that routes", "0\r\nHost: b\r\n\r\n"),
            ("a trailer that routes", "0\r\nX-Forwarded-For: b\r\n\r\n"),
            ("a trailer that authenticates", "0\r\nAuthorization: b\r\n\r\n"),
            ("a trailer that authenticates", "0\r\nCookie: a=b\r\n\r\n"),
            ("a trailer that authenticates", "0\r\nProxy-Authorization: b\r\n\r\n"),
            ("a trailer that frames behind others", "0\r\nContent-Type: a/b\r\nX-A: b\r\nContent-Length: 2\r\n\r\n"),
            ("a trailer about the connection", "0\r\nConnection: close\r\n\r\n"),
            ("a trailer about the connection", "0\r\nUpgrade: h2c\r\n\r\n"),
            ("a malformed one of those that are dropped", "0\r\nContent-Type : a/b\r\n\r\n"),
            ("a malformed trailer", "0\r\nX : y\r\n\r\n"), ("a malformed trailer", "0\r\nX\r\n\r\n"),
            ("a folded trailer", "0\r\nX: y\r\n z\r\n\r\n"), ("a trailer with zero", "0\r\nX: \u{0}\r\n\r\n"),
            ("LF ends a trailer", "0\r\nX: y\n\r\n"), ("LF ends the trailers", "0\r\nX: y\r\n\n"),
            ("LF ends everything", "0\n\n"), ("CR ends the last chunk", "0\r\r\n"),
            ("a request for trailers", "0\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"),
        ].map { rule, text in ConformanceCase.chunks(rule, text, .refused(400)) }

    @Test(arguments: lengths) func lengthIsJudged(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }

    @Test(arguments: codings) func codingIsJudged(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }

    @Test(arguments: goodChunks) func chunksAreUnderstood(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }

    @Test(arguments: badChunks) func chunksAreRefused(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }
}
