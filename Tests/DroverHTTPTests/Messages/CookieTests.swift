import Testing

@testable import DroverHTTPMessages

@Suite struct CookieTests {
    @Test(arguments: [
        ("a=b", ["a=b"]), ("a=b; c=d", ["a=b", "c=d"]), ("a=b;c=d", ["a=b", "c=d"]), ("a=", ["a="]),
        ("a=b=c", ["a=b=c"]), ("a=\"b c\"", ["a=b c"]), (" a = b ", ["a=b"]), ("novalue; a=b", ["a=b"]), ("=b", []),
        ("a=1; a=2", ["a=1", "a=2"]), (";;", []),
    ])
    func areRead(_ field: String, _ expected: [String]) throws {
        let request = try Request.sample("GET / HTTP/1.1\r\nHost: a\r\nCookie: \(field)\r\n\r\n")
        #expect(request.cookies.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test func areFoundByName() throws {
        let request = try Request.sample("GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2\r\nCookie: c=3; a=4\r\n\r\n")
        #expect(request.cookie("a") == "1")
        #expect(request.cookie("c") == "3")
        #expect(request.cookie("A") == nil)
    }

    @Test func areSet() throws {
        var response = Response()
        try response.setCookie(Cookie("a", "b"))
        try response.setCookie(
            Cookie(
                "c", "d", path: nil, domain: "example.com", maxAge: 60, isSecure: true, isHTTPOnly: false,
                sameSite: .strict))
        #expect(
            response.fields.map(\.value) == [
                "a=b; Path=/; HttpOnly; SameSite=Lax", "c=d; Domain=example.com; Max-Age=60; Secure; SameSite=Strict",
            ])
        #expect(response.fields.allSatisfy { $0.name == "Set-Cookie" })
    }

    @Test func whatWouldEndThemIsRefused() {
        let cookies = [
            Cookie("", "b"), Cookie("a b", "c"), Cookie("a", "b;c"), Cookie("a", "b c"), Cookie("a", "b\r\nc"),
            Cookie("a", "\u{E9}"), Cookie("a", "\"b\""), Cookie("a", "b", path: "/;x"),
            Cookie("a", "b", domain: "a\r\nb"),
        ]
        for cookie in cookies {
            var response = Response()
            #expect(throws: Cookie.Mistake.self) { try response.setCookie(cookie) }
            #expect(response.fields.isEmpty)
        }
    }
}
