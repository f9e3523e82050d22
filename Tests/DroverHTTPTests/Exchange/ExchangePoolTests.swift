import Testing

@testable import DroverHTTPMessages

@Suite struct ExchangePoolTests {
    private let head = Array("GET /kept HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    private func read(_ exchange: HTTPExchange) throws {
        var parser = HeadParser()
        #expect(try exchange.storage.parse(head.span.bytes, &parser, HeadLimits()))
    }

    @Test func exchangeIsUsedAgain() throws {
        let pool = ExchangePool()
        let exchange = pool.take()
        let storage = ObjectIdentifier(exchange.storage)
        try read(exchange)
        pool.give(exchange)
        let next = pool.take()
        #expect(next === exchange)
        #expect(ObjectIdentifier(next.storage) == storage)
        #expect(pool.take() !== next)
    }

    @Test func keptRequestKeepsItsStorage() throws {
        let pool = ExchangePool()
        let exchange = pool.take()
        try read(exchange)
        let kept = exchange.request
        pool.give(exchange)
        let next = pool.take()
        #expect(next === exchange)
        #expect(next.storage !== kept.storage)
        #expect(kept.path == "/kept")
        #expect(kept.storage.access.look { _ in true } == nil)
    }

    @Test func largeHeadIsNotKept() throws {
        let pool = ExchangePool()
        let exchange = pool.take()
        exchange.storage.bytes = [UInt8](repeating: 0, count: 20_000)
        pool.give(exchange)
        #expect(pool.take().storage.bytes.isEmpty)
    }
}
