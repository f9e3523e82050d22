import DroverCore
import DroverHTTP
import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages

@Suite struct TakeoverTests {
    private static let echo: @Sendable (Connection) async throws -> Void = { connection in
        while let bytes = try await connection.read() { try await connection.write(bytes) }
    }

    private let upgrade = ClosureHandler { _ in .upgrade(to: "lab", fields: ["X-A": "b"], TakeoverTests.echo) }
    private let asking = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c, LAB\r\n\r\n"

    private struct Tunnels: HTTPHandler {
        let acceptsTunnels = true
        let response: @Sendable () -> Response

        func respond(to request: Request) async throws -> Response {
            #expect(request.method == .connect)
            #expect(request.authority == "b:443")
            return response()
        }
    }

    @Test func connectionIsGivenAway() async throws {
        let exchange = try await Exchange.run([asking + "early ", "and late"], upgrade)
        #expect(exchange.text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(exchange.text.contains("\r\nX-A: b\r\nConnection: upgrade\r\nUpgrade: lab\r\n\r\n"))
        #expect(!exchange.text.contains("Content-Length"))
        #expect(exchange.text.hasSuffix("\r\n\r\nearly and late"))
        #expect(exchange.requests == 1)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: lab\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade, keep-alive\r\nUpgrade: lab\r\n\r\n",
    ])
    func peerThatDidNotAskIsTold(_ request: String) async throws {
        let exchange = try await Exchange.run([request], upgrade)
        #expect(exchange.statuses == ["426 Upgrade Required"])
        #expect(exchange.text.contains("\r\nConnection: upgrade\r\nUpgrade: lab\r\n"))
    }

    @Test func theRequestsBodyComesFirst() async throws {
        let post =
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: lab\r\nContent-Length: 5\r\n\r\nhello raw"
        #expect(try await Exchange.run([post], upgrade).text.hasSuffix("\r\n\r\n raw"))
        let broken =
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: lab\r\nTransfer-Encoding: chunked\r\n\r\nx"
        #expect(try await Exchange.run([broken], upgrade).text == "")
    }

    @Test func upgradesAreListed() async throws {
        let list = ClosureHandler { .text($0.upgrades.joined(separator: "|")) }
        #expect(try await Exchange.run([asking], list).body == "h2c|LAB")
        #expect(try await Exchange.run(["GET / HTTP/1.1\r\nHost: a\r\nUpgrade: lab\r\n\r\n"], list).body == "")
    }

    @Test func tunnel() async throws {
        let connect = "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n"
        let exchange = try await Exchange.run([connect + "raw"], Tunnels { .tunnel(TakeoverTests.echo) })
        #expect(exchange.statuses == ["200 OK"])
        #expect(!exchange.text.contains("Content-Length"))
        #expect(!exchange.text.contains("Connection"))
        #expect(exchange.text.hasSuffix("\r\n\r\nraw"))
        // Whoever does not tunnel says so, and never with a status that opens a tunnel.
        #expect(try await Exchange.run([connect], Tunnels { .status(.forbidden) }).statuses == ["403 Forbidden"])
        for response in [Response.text("hi"), .stream { try await $0.write("hi") }, .upgrade(to: "lab", Self.echo)] {
            let exchange = try await Exchange.run([connect + connect], Tunnels { response })
            #expect(["501 Not Implemented", "426 Upgrade Required"].contains(exchange.statuses.first ?? ""))
            #expect(exchange.statuses.count == 1)
        }
    }

    @Test func handlersThatKnowNoTunnelsAreNotAsked() async throws {
        let handler = ClosureHandler { _ in
            Issue.record("CONNECT came to a handler that does not take it")
            return .text("hi")
        }
        let exchange = try await Exchange.run(["CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\nGET "], handler)
        #expect(exchange.statuses == ["501 Not Implemented"])
        let tunnel = ClosureHandler { _ in .tunnel(TakeoverTests.echo) }
        #expect(
            try await Exchange.run(["GET / HTTP/1.1\r\nHost: b\r\n\r\n"], tunnel).statuses == ["501 Not Implemented"])
    }

    @Test func earlyHints() async throws {
        let handler = ClosureHandler { request in
            try await request.sendEarlyHints(["Link": "</a.css>; rel=preload", "Content-Length": "7"])
            return .text("hi")
        }
        let exchange = try await Exchange.run(["GET / HTTP/1.1\r\nHost: a\r\n\r\n"], handler)
        #expect(
            exchange.text.hasPrefix(
                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(try await Exchange.run(["GET / HTTP/1.0\r\n\r\n"], handler).statuses == ["200 OK"])
        let faulty = ClosureHandler { request in
            try await request.sendEarlyHints(["Link": "a\r\nX: b"])
            return .text("hi")
        }
        #expect(
            try await Exchange.run(["GET / HTTP/1.1\r\nHost: a\r\n\r\n"], faulty).statuses
                == ["500 Internal Server Error"])
    }

    @Test func hintsComeTooLateAfterTheResponse() async throws {
        let keeper = Keeper()
        _ = try await Exchange.run(["GET / HTTP/1.1\r\nHost: a\r\n\r\n"], keeper)
        try await keeper.kept?.sendEarlyHints(["Link": "a"])
        let late = ClosureHandler { request in
            .stream { writer in
                try await writer.write("a")
                try await request.sendEarlyHints(["Link": "a"])
            }
        }
        #expect(
            try await !Exchange.run(["GET / HTTP/1.1\r\nHost: a\r\n\r\n"], late).text.contains("103"))
    }

    private final class Keeper: HTTPHandler, @unchecked Sendable {
        var kept: Request?

        func respond(to request: Request) async throws -> Response {
            kept = request
            return Response()
        }
    }
}
