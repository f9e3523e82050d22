import DroverHTTP
import DroverHTTPMessages
import DroverScriptedSupport
import DroverSystem
import Testing

/// A request that a handler has kept says what it said, and reaches nothing of its connection.
@Suite struct KeptRequestTests {
    private final class Keeper: HTTPHandler, @unchecked Sendable {
        private let lock = Lock()
        private var requests: [Request] = []
        let isImmediate: Bool

        init(isImmediate: Bool) { self.isImmediate = isImmediate }

        var kept: [Request] { lock.withLock { requests } }
        var immediate: (@Sendable (Request) throws -> Response)? {
            isImmediate ? { @Sendable [self] request in keep(request) } : nil
        }

        func respond(to request: Request) async throws -> Response { keep(request) }

        private func keep(_ request: Request) -> Response {
            lock.withLock { requests.append(request) }
            return .text("kept\n")
        }
    }

    @Test(arguments: [false, true])
    func saysWhatItSaid(_ isImmediate: Bool) async throws {
        let keeper = Keeper(isImmediate: isImmediate)
        let requests = [
            "GET /one HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /two HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\nhi",
            "GET /three HTTP/1.1\r\nHost: c\r\nX-Forwarded-Proto: https\r\n\r\n",
        ]
        let exchange = try await Exchange.run(requests, isRepeatable: false, keeper)
        #expect(exchange.statuses.count == 3)
        #expect(keeper.kept.map(\.path) == ["/one", "/two", "/three"])
        #expect(keeper.kept.map(\.host) == ["a", "b", "c"])
        #expect(keeper.kept.map(\.scheme) == ["http", "http", "https"])
        #expect(keeper.kept.map(\.id) == ["41-7-1", "41-7-2", "41-7-3"])
        for request in keeper.kept {
            #expect(request.remote == .ipv4(0x7F00_0001, port: 4711))
            #expect(request.local == .unnamed)
            try await request.sendEarlyHints(["Link": "</x>"])
        }
        await #expect(throws: RequestBodyError.expired) { try await keeper.kept[1].body.collect(upTo: 10) }
        #expect(keeper.kept[1].body.declaredLength == 2)
    }
}
