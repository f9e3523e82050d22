import DroverScriptedSupport
import Testing

@testable import DroverHTTP
@testable import DroverHTTPMessages

@Suite struct BodyTests {
    private let collect = ClosureHandler { request in
        let body = try await request.body.collect(upTo: 100_000)
        return .text(
            "\(body.count):\(String(decoding: body.prefix(20), as: UTF8.self)):\(request.trailers.map(\.name).joined())"
        )
    }
    private let ignore = ClosureHandler { request in .text(request.path) }
    private let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

    private func post(_ body: String, _ fields: String = "") -> String {
        "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    private func chunked(_ body: String, _ fields: String = "") -> String {
        "POST /post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\(fields)\r\n\(body)"
    }

    @Test func withLength() async throws {
        #expect(try await Exchange.run([post("hello")], collect).body == "5:hello:")
        #expect(try await Exchange.run([post("")], collect).body == "0::")
        let pieces = try await Exchange.run((post("hello") + post("world!")).map { "\($0)" }, collect)
        #expect(pieces.statuses.count == 2)
        #expect(pieces.body == "6:world!:")
    }

    @Test func inChunks() async throws {
        let text = chunked("5\r\nhello\r\n7;x\r\n world!\r\n0\r\n\r\n")
        #expect(try await Exchange.run([text], collect).body == "12:hello world!:")
        #expect(try await Exchange.run(text.map { "\($0)" }, collect).body == "12:hello world!:")
        let trailers = chunked("1\r\na\r\n0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n") + next
        let exchange = try await Exchange.run(trailers.map { "\($0)" }, collect)
        #expect(exchange.statuses.count == 2)
        #expect(exchange.text.contains("1:a:X-OneX-Two"))
    }

    @Test(arguments: [
        "x\r\n", "5\r\nhelloworld\r\n", "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", "0\r\nX : y\r\n\r\n",
        "0\r\n y\r\n\r\n",
    ])
    func malformedChunksEndTheConnection(_ body: String) async throws {
        for handler in [collect, ignore] {
            let exchange = try await Exchange.run([chunked(body) + next], handler)
            #expect(exchange.statuses.count == 1)
            #expect(!exchange.text.contains("/next"))
        }
        #expect(try await Exchange.run([chunked(body) + next], collect).statuses == ["400 Bad Request"])
    }

    @Test func bodyThatBreaksOff() async throws {
        let short = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello"
        let exchange = try await Exchange.run([short], collect)
        #expect(exchange.statuses == ["400 Bad Request"])
        #expect(exchange.errors == 1)
        #expect(try await Exchange.run([short], waits: true, collect).statuses == ["408 Request Timeout"])
        #expect(try await Exchange.run([chunked("5\r\nhe")], collect).statuses == ["400 Bad Request"])
    }

    @Test func handlersLimit() async throws {
        let large = String(repeating: "a", count: 100_001)
        let exchange = try await Exchange.run([post(large) + next], collect)
        #expect(exchange.statuses == ["413 Content Too Large"])
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        let pieces = try await Exchange.run([chunked("186a1\r\n\(large)\r\n0\r\n\r\n") + next], collect)
        #expect(pieces.statuses.first == "413 Content Too Large")
    }

    @Test func serversLimit() async throws {
        var settings = HTTPSettings()
        settings.rules.limits.body = 4
        #expect(
            try await Exchange.run([post("hello")], settings: settings, collect).statuses == ["413 Content Too Large"])
        let chunks = chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        #expect(try await Exchange.run([chunks], settings: settings, collect).statuses == ["413 Content Too Large"])
        #expect(try await Exchange.run([post("hell")], settings: settings, collect).statuses == ["200 OK"])
    }

    @Test func unreadBodyIsThrownAway() async throws {
        let exchange = try await Exchange.run([post("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n") + next], ignore)
        #expect(exchange.body == "/next")
        #expect(exchange.requests == 2)
        let chunks = try await Exchange.run([chunked("5\r\nhello\r\n0\r\n\r\n") + next], ignore)
        #expect(chunks.body == "/next")
    }

    @Test func largeUnreadBodyCostsTheConnection() async throws {
        let large = String(repeating: "a", count: 65_537)
        let exchange = try await Exchange.run([post(large) + next], ignore)
        #expect(exchange.statuses.count == 1)
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        let chunks = try await Exchange.run([chunked("10001\r\n\(large)\r\n0\r\n\r\n") + next], ignore)
        #expect(!chunks.text.contains("/next"))
    }

    @Test func peerThatWantsToBeAsked() async throws {
        let head = post("hello", "Expect: 100-continue\r\n").dropLast(5)
        let asked = try await Exchange.run([String(head), "hello"], collect)
        #expect(asked.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(asked.body == "5:hello:")
        // It sends already, so there is no need to ask.
        let eager = try await Exchange.run([head + "hello"], collect)
        #expect(eager.statuses == ["200 OK"])
        // Nobody reads the body, so nobody knows whether it comes.
        let refused = try await Exchange.run([String(head)], ignore)
        #expect(refused.text.contains("\r\nConnection: close\r\n"))
        #expect(refused.statuses == ["200 OK"])
    }

    @Test func bodyCannotBeReadLater() async throws {
        let keeper = Keeper()
        _ = try await Exchange.run([post("hello")], keeper)
        await #expect(throws: RequestBodyError.expired) { try await keeper.kept?.body.collect(upTo: 9) }
        #expect(keeper.kept?.path == "/post")
    }

    @Test func piecesComeAsTheyArrive() async throws {
        let count = ClosureHandler { request in
            var sizes: [Int] = []
            for try await piece in request.body { sizes.append(piece.count) }
            return .text("\(sizes)")
        }
        let head = post("hello world").dropLast(11)
        #expect(try await Exchange.run([String(head), "hello", " world"], count).body == "[5, 6]")
    }

    private final class Keeper: HTTPHandler, @unchecked Sendable {
        var kept: Request?

        func respond(to request: Request) async throws -> Response {
            kept = request
            return Response()
        }
    }
}
