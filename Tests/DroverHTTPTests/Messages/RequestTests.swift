import DroverSystem
import HTTPTypes
import Testing

@testable import DroverHTTPMessages

@Suite struct RequestTests {
    @Test func partsOfAnOrdinaryTarget() throws {
        let request = try Request.sample("GET /a/b?c=d&c=e HTTP/1.1\r\nHost: example.com:8000\r\n\r\n")
        #expect(request.method == .get)
        #expect(request.target == "/a/b?c=d&c=e")
        #expect(request.path == "/a/b")
        #expect(request.query == "c=d&c=e")
        #expect(request.authority == "example.com:8000")
        #expect(request.version == .http11)
        #expect(request.body.isEmpty)
        #expect(request.remote == .unnamed)
    }

    @Test func partsOfOtherTargets() throws {
        let absolute = try Request.sample("GET http://b:80/c?d HTTP/1.1\r\nHost: a\r\n\r\n")
        // RFC 9112 section 3.2.2: the target wins over Host.
        #expect([absolute.authority, absolute.path, absolute.query] == ["b:80", "/c", "d"])
        let bare = try Request.sample("GET http://b?d HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect([bare.authority, bare.path, bare.query] == ["b", "/", "d"])
        let tunnel = try Request.sample("CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect([tunnel.authority, tunnel.query] == ["b:443", nil])
        let asterisk = try Request.sample("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(asterisk.path == "*")
        let old = try Request.sample("GET /? HTTP/1.0\r\n\r\n")
        #expect([old.authority, old.query] == [nil, ""])
    }

    @Test func methods() throws {
        for method in [
            HTTPMethod.get, .head, .post, .put, .delete, .options, .trace, .patch, .other("PURGE"), .other("GETX"),
        ] {
            let request = try Request.sample("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(request.method == method)
        }
    }

    @Test func headersByName() throws {
        let request = try Request.sample(
            "GET / HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nx-two: 2\r\nX-ONE: 3\r\nX-On: 4\r\n\r\n")
        #expect(request.header("x-one") == "1")
        #expect(request.header("X-TWO") == "2")
        #expect(request.header("x-three") == nil)
        #expect(request.headerValues("X-one") == ["1", "3"])
        #expect(request.headers.map(\.name) == ["Host", "X-One", "x-two", "X-ONE", "X-On"])
        #expect(request.headers["X-On"] == "4")
    }

    @Test(
        arguments: [
            ("a=1&b=2", "b", "2"), ("a=1&a=2", "a", "1"), ("a", "a", ""), ("a=", "a", ""), ("a=%41%2b+b", "a", "A+ b"),
            ("a=%4", "a", "%4"), ("a=%zz", "a", "%zz"), ("%61=x", "a", "x"), ("a=b=c", "a", "b=c"), ("&&a=1", "a", "1"),
            ("a=%C3%B6", "a", "ö"), ("a=1", "b", nil),
        ] as [(String, String, String?)])
    func queryValues(_ query: String, _ name: String, _ value: String?) throws {
        #expect(try Request.sample("GET /?\(query) HTTP/1.1\r\nHost: a\r\n\r\n").queryValue(name) == value)
    }

    @Test func asHTTPTypes() throws {
        let request = try Request.sample("POST /a?b HTTP/1.1\r\nHost: c\r\nX-D: e\r\nX-D: f\r\n\r\n").httpRequest
        #expect(request.method == .post)
        #expect(request.authority == "c")
        #expect(request.path == "/a?b")
        #expect(request.headerFields[values: HTTPField.Name("x-d")!] == ["e", "f"])
        #expect(request.headerFields.count == 2)
        #expect(try Request.sample("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n").httpRequest.path == "/")
    }
}
