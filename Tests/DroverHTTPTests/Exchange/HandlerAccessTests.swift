import Testing

@testable import DroverHTTPMessages

@Suite struct HandlerAccessTests {
    private let exchange = HTTPExchange(rules: ExchangeRules())

    @Test func isOpenWhileTheHandlerRuns() async throws {
        let access = exchange.storage.access
        #expect(try await access.use { _ in 1 } == nil)
        access.open()
        #expect(try await access.use { _ in 1 } == 1)
        await access.close()
        #expect(try await access.use { _ in 1 } == nil)
        #expect(access.look { _ in 1 } == 1)
        access.part()
        #expect(access.look { _ in 1 } == nil)
    }

    @Test func lastsAsLongAsItsExchange() {
        let access = HTTPExchange(rules: ExchangeRules()).storage.access
        #expect(access.look { _ in 1 } == nil)
    }

    @Test func letsOneTaskInAtATime() async throws {
        let access = exchange.storage.access
        access.open()
        _ = try await access.use { _ in
            await #expect(throws: RequestBodyError.inUse) { try await access.use { _ in 1 } }
        }
        #expect(try await access.use { _ in 1 } == 1)
    }

    /// The exchange goes on to another request only when no task is inside any more.
    @Test func closesBehindTheLastTask() async throws {
        let access = exchange.storage.access
        access.open()
        let steps = AsyncStream<String>.makeStream()
        let gate = AsyncStream<Void>.makeStream()
        async let reader: Void? = access.use { _ in
            steps.continuation.yield("inside")
            for await _ in gate.stream {}
            steps.continuation.yield("out")
        }
        var seen = steps.stream.makeAsyncIterator()
        #expect(await seen.next() == "inside")
        async let closing: Void = {
            await access.close()
            steps.continuation.yield("closed")
        }()
        // Closed for others at once, though not behind the one that is inside.
        while (try? await access.use { _ in 1 }) != nil { await Task.yield() }
        gate.continuation.finish()
        #expect(await seen.next() == "out")
        #expect(await seen.next() == "closed")
        _ = try await (reader, closing)
    }
}
