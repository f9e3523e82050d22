import DroverHTTP
import DroverScriptedSupport
import DroverTestSupport
import Testing

@testable import DroverHTTPMessages

@Suite struct AccessLineTests {
    private let handler = ClosureHandler { request in
        var response = Response.text("hello", status: request.path == "/none" ? .noContent : .ok)
        if request.path == "/none" { response = .status(.noContent) }
        response.fields.append("X-Reply", "r")
        return response
    }
    private let request =
        "GET /a/b?c=d HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8 \"x\\\r\nReferer: http://r/\r\n"
        + "X-One: 1\r\nAuthorization: Basic ZnJlZDpzZWNyZXQ=\r\n\r\n"

    private func line(_ format: String, _ request: String? = nil) async throws -> String {
        try await LoggedExchange.lines(format, [request ?? self.request], handler).first ?? ""
    }

    @Test(arguments: [
        ("%(h)s", "127.0.0.1"), ("%(l)s", "-"), ("%(u)s", "fred"), ("%(r)s", "GET /a/b?c=d HTTP/1.1"), ("%(m)s", "GET"),
        ("%(U)s", "/a/b"), ("%(q)s", "c=d"), ("%(H)s", "HTTP/1.1"), ("%(s)s", "200"), ("%(B)s", "5"), ("%(b)s", "5"),
        ("%(f)s", "http://r/"), ("%(a)s", #"curl/8 \"x\\"#), ("%(p)s", "<41>"), ("%({X-One}i)s", "1"),
        ("%({x-none}i)s", "-"), ("%({x-reply}o)s", "r"), ("%({Content-Type}o)s", "text/plain; charset=utf-8"),
        ("%({content-length}o)s", "5"), ("%({x}o)s", "-"), ("%({HTTP_HOST}e)s", "shop.example"),
        ("%({REQUEST_METHOD}e)s", "GET"), ("%({NO_SUCH_VARIABLE}e)s", "-"), ("%(id)s", "41-7-1"), ("100%%", "100%"),
        ("%(T)s", "0"), ("a%(m)sb%(m)sc", "aGETbGETc"), ("no atoms", "no atoms"), ("%(s)d", "200"),
    ])
    func atoms(_ format: String, _ expected: String) async throws {
        #expect(try await line(format) == expected)
    }

    @Test func times() async throws {
        let line = try await line("%(t)s %(D)s %(M)s %(L)s %(Q)s")
        #expect(
            line.wholeMatch(of: /\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] \d+ \d+ \d+\.\d{6} \d+/) != nil, "\(line)"
        )
    }

    @Test func withoutABody() async throws {
        let none = "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(try await line("%(s)s %(B)s %(b)s %(u)s %(q)s|", none) == "204 0 - - |")
        let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(try await line("%(s)s %(B)s %(b)s", head) == "200 0 -")
    }

    @Test func namedFormats() async throws {
        let common = try await line("common")
        #expect(common.hasPrefix("127.0.0.1 - fred ["))
        #expect(common.hasSuffix("] \"GET /a/b?c=d HTTP/1.1\" 200 5"))
        #expect(try await line("combined").hasSuffix(#" 200 5 "http://r/" "curl/8 \"x\\""#))
    }

    @Test func json() async throws {
        let line = try await line("json")
        #expect(line.hasPrefix(#"{"time":"2"#) && line.hasSuffix(#","pid":41}"#))
        for member in [
            #""id":"41-7-1","remote":"127.0.0.1","user":"fred","method":"GET","path":"/a/b","query":"c=d""#,
            #""version":"HTTP/1.1","host":"shop.example","status":200,"bytes":5,"duration_us":"#,
            #""referer":"http://r/","user_agent":"curl/8 \"x\\","#,
        ] { #expect(line.contains(member), "\(member) in \(line)") }
        let short = try await self.line("json", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(short.contains(#""user":null,"#) && short.contains(#""query":null,"#))
    }

    @Test func whatIsNoRequestHasALineToo() async throws {
        let refused = try await LoggedExchange.lines("common", ["GET\r\n\r\n"], handler)
        #expect(refused.count == 1)
        #expect(refused.first?.hasPrefix("127.0.0.1 - - [") == true)
        #expect(refused.first?.contains("\"-\" 400 ") == true)
    }

    @Test func pipelinedRequestsHaveALineEach() async throws {
        let two = String(repeating: request, count: 2)
        #expect(try await LoggedExchange.lines("%(id)s %(s)s", [two], handler) == ["41-7-1 200", "41-7-2 200"])
    }

    @Test func handlerThatThrows() async throws {
        let failing = ClosureHandler { _ in throw HTTPError(.conflict, "no") }
        #expect(try await LoggedExchange.lines("%(s)s %(B)s", [request], failing) == ["409 2"])
    }

    @Test(arguments: [
        ("plain text", "plain text", "plain text"), ("a\"b", #"a\"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#, #"a\\b"#),
        ("a\r\nb", #"a\x0d\x0ab"#, #"a\u000d\u000ab"#), ("\u{1B}[31m", #"\x1b[31m"#, #"\u001b[31m"#),
        ("é", #"\xc3\xa9"#, "é"), ("\u{7F}", #"\x7f"#, #"\u007f"#), ("", "", ""),
        ("x\u{9B}y", #"x\xc2\x9by"#, "x\u{9B}y"),
    ])
    func whatAPeerSendsStaysInItsPlace(text: String, plain: String, object: String) {
        var line: [UInt8] = []
        LineForm.plain.append(text, to: &line)
        #expect(String(decoding: line, as: UTF8.self) == plain)
        line = []
        LineForm.object.append(text, to: &line)
        #expect(String(decoding: line, as: UTF8.self) == "\"\(object)\"")
    }

    @Test(arguments: [
        ("Basic ZnJlZDpzZWNyZXQ=", "fred"), ("basic ZnJlZDo", "fred"), ("Basic  ZnJlZDpzZWNyZXQ=", nil),
        ("Bearer abc", nil),
        ("Basic", nil), ("Basic !!!", nil), ("Basic ZnJlZA==", nil), ("Basic OnNlY3JldA==", nil), ("", nil),
        ("Basic w6k6eA==", "é"),
    ])
    func users(_ field: String, _ user: String?) {
        #expect(BasicCredentials.user(field) == user.map { Array($0.utf8) })
    }

    @Test func octetsAreLoggedAsTheyCame() async throws {
        // The name in Authorization is `é` in ISO 8859-1.
        let fields = Array("User-Agent: caf".utf8) + [0xE9] + Array("\r\nAuthorization: Basic 6To=\r\n\r\n".utf8)
        let target = Array("GET /caf".utf8) + [0xC3, 0xA9, 0x2F, 0xE9] + Array("?q=".utf8) + [0xFF]
        let request = target + Array(" HTTP/1.1\r\nHost: a\r\n".utf8) + fields
        let replying = ClosureHandler { _ in Response(fields: [HeaderField("X-Reply", bytes: [0x61, 0xE9])]) }
        let plain = try await LoggedExchange.lines(
            "%(r)s %(U)s %(q)s %(a)s %({user-agent}i)s %({x-reply}o)s %(u)s", bytes: [request], replying)
        #expect(
            plain == [
                #"GET /caf\xc3\xa9/\xe9?q=\xff HTTP/1.1 /caf\xc3\xa9/\xe9 q=\xff caf\xe9 caf\xe9 a\xe9 \xe9"#
            ])
        let json = try await LoggedExchange.lines("json", bytes: [request], replying)
        #expect(json.first?.contains(#""user_agent":"café""#) == true && json.first?.contains(#""user":"é""#) == true)
        #expect(json.first?.contains(#""query":"q=ÿ""#) == true)
    }

    @Test func logFormAgreesWithTheDateOfTheHead() {
        #expect(HTTPDate.logForm(seconds: 0) == "01/Jan/1970:00:00:00 +0000")
        #expect(HTTPDate.logForm(seconds: 951_782_399) == "28/Feb/2000:23:59:59 +0000")
        #expect(HTTPDate.logForm(seconds: -1) == "31/Dec/1969:23:59:59 +0000")
        #expect(HTTPDate.isoForm(seconds: 951_782_399) == "2000-02-28T23:59:59Z")
    }
}
