import DroverCore
import DroverHTTP
import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages

@Suite struct FailureTests {
    private struct Mishap: Error {}
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func run(throwing error: any Error) async throws -> Exchange {
        try await Exchange.run([get + get], ClosureHandler { _ in throw error })
    }

    @Test func anyErrorBecomesA500() async throws {
        let exchange = try await run(throwing: Mishap())
        #expect(exchange.statuses == ["500 Internal Server Error", "500 Internal Server Error"])
        #expect(!exchange.text.contains("Mishap"))
        #expect(exchange.errors == 0)
    }

    @Test func errorsThatRenderThemselves() async throws {
        let exchange = try await run(throwing: HTTPError(.notFound, "not here"))
        #expect(exchange.statuses == ["404 Not Found", "404 Not Found"])
        #expect(exchange.body == "not here")
    }

    @Test func cancelledHandlerEndsTheConnection() async throws {
        #expect(try await run(throwing: CancellationError()).statuses == ["503 Service Unavailable"])
    }

    @Test func brokenConnectionEndsWithoutAnswer() async throws {
        let exchange = try await run(throwing: ConnectionError.endOfStream)
        #expect(exchange.text == "")
        #expect(exchange.requests == 1)
    }

    @Test func impossibleResponseBecomesA500() async throws {
        let handler = ClosureHandler { _ in Response(fields: ["X": "a\r\nSet-Cookie: b"]) }
        let exchange = try await Exchange.run([get], handler)
        #expect(exchange.statuses == ["500 Internal Server Error"])
        #expect(!exchange.text.contains("Set-Cookie"))
    }
}
