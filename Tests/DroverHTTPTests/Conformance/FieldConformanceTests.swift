import Testing

/// RFC 9112 sections 3.2, 5 and 9.3, RFC 9110 sections 5 and 7.2.
@Suite struct FieldConformanceTests {
    static let good: [ConformanceCase] = [
        .field("no blank after the colon", "X:y"),
        .field("many blanks after the colon", "X: \t  y"),
        .field("blanks at the end", "X: y \t "),
        .field("empty value", "X:"),
        .field("blank value", "X:   "),
        .field("colons in a value", "X: a:b:c"),
        .field("tab in a value", "X: a\tb"),
        .field("quotes in a value", "X: \"a, b\""),
        .field("bytes beyond ASCII in a value", "X: \u{E9}\u{4E2D}"),
        .field("every token character", "!#$%&'*+-.^`|~9aZ: b"),
        .field("a name of one letter", "a: b"),
        .field("a digit first", "1: b"),
        .field("a long name", "X-\(String(repeating: "n", count: 60)): b"),
        .field("a name twice", "X: a\r\nX: b"),
        .field("Accept twice", "Accept: a/b\r\nAccept: c/d"),
        .field("a name that begins like another", "Hosts: b"),
        .field("a name that begins like another", "Content-Length-X: b"),
        .field("a name that ends like another", "X-Host: b"),
        .field("a hundred fields", (1...99).map { "X-\($0): y" }.joined(separator: "\r\n")),
        .field("an underscore, from a trusted peer", "Content_Length: 5"),
        .field("Content-Type once", "Content-Type: text/plain"),
        .field("Connection keep-alive", "Connection: keep-alive"),
        .field("Connection with unknown options", "Connection: foo, bar"),
        .field("an empty list", "Connection: , ,"),
        .field("Upgrade without Connection", "Upgrade: websocket"),
        .field("an upgrade that nobody wants", "Connection: upgrade\r\nUpgrade: h2c"),
        .field("Transfer-Encoding's neighbour", "TE: chunked"),
        .field("Proxy-Connection means nothing", "Proxy-Connection: close"),
        .field("Connection close", "Connection: close", .last("GET / ")),
        .field("Connection CLOSE", "Connection: CLOSE", .last("GET / ")),
        .field("close among others", "Connection: keep-alive, close", .last("GET / ")),
        .field("close in a second field", "Connection: foo\r\nConnection: close", .last("GET / ")),
        .field("forwarding fields that agree", "X-Forwarded-Proto: https\r\nForwarded: proto=https"),
        .field("a forwarded scheme that is none", "X-Forwarded-Proto: gopher"),
        ConformanceCase(
            rule: "Host is not asked for in HTTP/1.0", text: "GET / HTTP/1.0\r\n\r\n", outcome: .last("GET / ")),
        ConformanceCase(
            rule: "HTTP/1.0 stays if asked to",
            text: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", outcome: .understood("GET / ")),
    ]

    static let bad: [ConformanceCase] = [
        .field("space before the colon", "X : y", .refused(400)),
        .field("tab before the colon", "X\t: y", .refused(400)),
        .field("space in a name", "X Y: z", .refused(400)),
        .field("no name", ": y", .refused(400)),
        .field("no colon", "X", .refused(400)),
        .field("no colon", "X y", .refused(400)),
        .field("separator in a name", "X(Y: z", .refused(400)),
        .field("separator in a name", "X/Y: z", .refused(400)),
        .field("separator in a name", "X@Y: z", .refused(400)),
        .field("separator in a name", "X\"Y: z", .refused(400)),
        .field("separator in a name", "X[Y]: z", .refused(400)),
        .field("separator in a name", "X{Y}: z", .refused(400)),
        .field("separator in a name", "X=Y: z", .refused(400)),
        .field("separator in a name", "X,Y: z", .refused(400)),
        .field("separator in a name", "X;Y: z", .refused(400)),
        .field("backslash in a name", "X\\Y: z", .refused(400)),
        .field("zero in a name", "X\u{0}Y: z", .refused(400)),
        .field("delete in a name", "X\u{7F}: z", .refused(400)),
        .field("letter beyond ASCII in a name", "Ä: z", .refused(400)),
        .field("folding with a space", "X: y\r\n z", .refused(400)),
        .field("folding with a tab", "X: y\r\n\tz", .refused(400)),
        .field("folding of nothing", "X: y\r\n ", .refused(400)),
        .field("zero in a value", "X: a\u{0}b", .refused(400)),
        .field("bell in a value", "X: a\u{7}b", .refused(400)),
        .field("backspace in a value", "X: a\u{8}b", .refused(400)),
        .field("vertical tab in a value", "X: a\u{B}b", .refused(400)),
        .field("form feed in a value", "X: a\u{C}b", .refused(400)),
        .field("escape in a value", "X: a\u{1B}b", .refused(400)),
        .field("delete in a value", "X: a\u{7F}b", .refused(400)),
        .field("CR in a value", "X: a\rb", .refused(400)),
        .field("LF in a value", "X: a\nb", .refused(400)),
        .field("LF ends a field", "X: a\nY: b", .refused(400)),
        .field("CR CR LF ends a field", "X: a\r\r\nY: b", .refused(400)),
        .field("LF CR ends a field", "X: a\n\rY: b", .refused(400)),
        .field("Host twice", "Host: a", .refused(400)),
        .field("Host twice, differently", "host: b", .refused(400)),
        .field("Content-Type twice", "Content-Type: a/b\r\nContent-Type: a/b", .refused(400)),
        .field("a hundred and one fields", (1...100).map { "X-\($0): y" }.joined(separator: "\r\n"), .refused(431)),
        .field("an expectation that nobody knows", "Expect: 200-ok", .refused(417)),
        .field("an empty expectation", "Expect:", .refused(417)),
        .field("forwarding fields that disagree", "X-Forwarded-Proto: https\r\nForwarded: proto=http", .refused(400)),
        ConformanceCase(rule: "no Host", text: "GET / HTTP/1.1\r\n\r\n", outcome: .refused(400)),
        ConformanceCase(rule: "no Host", text: "GET http://b/ HTTP/1.1\r\n\r\n", outcome: .refused(400)),
        ConformanceCase(
            rule: "a blank line first", text: "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", outcome: .refused(400)),
        ConformanceCase(
            rule: "the first line folded", text: "GET / HTTP/1.1\r\n Host: a\r\n\r\n", outcome: .refused(400)),
        ConformanceCase(rule: "LF ends the head", text: "GET / HTTP/1.1\r\nHost: a\r\n\n", outcome: .refused(400)),
        ConformanceCase(rule: "CR ends the head", text: "GET / HTTP/1.1\r\nHost: a\r\n\rX", outcome: .refused(400)),
        ConformanceCase(rule: "LF ends everything", text: "GET / HTTP/1.1\nHost: a\n\n", outcome: .refused(400)),
    ]

    static let hosts: [ConformanceCase] =
        [
            ("a", true), ("a:80", true), ("a:", true), ("127.0.0.1", true), ("[::1]", true), ("[::1]:80", true),
            ("a.b-c_d~e", true), ("a%41", true), ("a!$&'()*+,;=", true), ("", false), ("a b", false), ("a/b", false),
            ("a?b", false), ("a#b", false), ("u@a", false), ("a:b", false), ("a:65536", false), ("a:80:80", false),
            (":80", false), ("[::1", false), ("::1", false), ("a%4", false), ("a%zz", false), ("a\\b", false),
            ("<a>", false), ("a\"b", false), ("ä", false), ("[1.2.3.4]", false), ("[::1]a", false), ("a,b:c", false),
        ].map { host, isRight in
            ConformanceCase(
                rule: "Host", text: "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n",
                outcome: isRight ? .understood("GET / ") : .refused(400))
        }

    @Test(arguments: good) func isUnderstood(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }

    @Test(arguments: bad) func isRefused(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }

    @Test(arguments: hosts) func hostIsJudged(_ sample: ConformanceCase) async throws {
        #expect(try await sample.failures() == [])
    }
}
