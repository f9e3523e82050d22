import DroverHTTP
import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages

@Suite struct JSONTests {
    private struct Order: Codable {
        var item: String
        var count: Int
    }

    private static let int = "a whole number from -9223372036854775808 to 9223372036854775807"

    private let doubling = ClosureHandler { request in
        var order = try await request.body.decode(Order.self, upTo: 1_000)
        order.count *= 2
        return try .json(order)
    }

    private func post(_ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func bothWays() async throws {
        let exchange = try await Exchange.run([post(#"{"count": 2, "item": "a/b"}"#)], doubling)
        #expect(exchange.text.contains("\r\nContent-Type: application/json\r\n"))
        #expect([#"{"item":"a/b","count":4}"#, #"{"count":4,"item":"a/b"}"#].contains(exchange.body))
    }

    @Test(arguments: [
        ("{", "the body is no JSON\n"), (#"{"item": "a"}"#, "the body lacks 'count'\n"),
        (#"{"item": 5, "count": 1}"#, "the body's item must be of the type String\n"), ("", "the body is no JSON\n"),
        (#"{"item": "a", "count": "b"}"#, "the body's count must be \(int)\n"),
        (#"{"item": "a", "count": 1.5}"#, "the body's count must be \(int)\n"),
        (#"{"item": "a", "count": 1e30}"#, "the body's count must be \(int)\n"),
        (#"{"item": "a", "count": 1.5"#, "the body is no JSON\n"),
    ])
    func mistakesAreTheClients(_ body: String, _ answer: String) async throws {
        let exchange = try await Exchange.run([post(body)], doubling)
        #expect(exchange.statuses == ["400 Bad Request"])
        #expect(exchange.body == answer)
    }

    @Test func queriesAndPaths() throws {
        let request = try Request.sample("GET /a%20b%2Fc?x=1&y=%32+3&x=&z HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(request.queryParameters.map { "\($0.name)=\($0.value)" } == ["x=1", "y=2 3", "x=", "z="])
        #expect(request.decodedPath == "/a b/c")
        for path in ["/%", "/%4", "/%zz", "/%00", "/%ff", "/a%C3"] {
            #expect(try Request.sample("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").decodedPath == nil)
        }
        #expect(try Request.sample("GET /%C3%B6+ HTTP/1.1\r\nHost: a\r\n\r\n").decodedPath == "/ö+")
        #expect(try Request.sample("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").decodedPath == "/")
    }
}
