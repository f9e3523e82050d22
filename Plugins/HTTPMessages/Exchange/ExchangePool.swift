public import DroverCore

import struct Synchronization.Atomic

/// Exchanges between requests, so that a request needs no new memory and an idle connection holds none.
///
/// A loop alone has the pool to itself; threads that meet here do not wait for each other: the second makes a new exchange, or
/// lets one go.
///
/// Unchecked: the list. A flag lets one thread in at a time, and an exchange is in it only while no request uses it.
public final class ExchangePool: @unchecked Sendable {
    private let isTaken = Atomic<Bool>(false)
    // The first of those that are free; each knows the next, so the list needs no memory of its own.
    private var spare: HTTPExchange?
    private var spareCount = 0

    // Enough for all requests a loop has in hand at a time; what exceeds it is freed after a burst.
    private static let capacity = 64

    /// What holds for the requests.
    public let rules: ExchangeRules

    /// An empty pool for requests under `rules`.
    public init(rules: ExchangeRules = ExchangeRules()) {
        self.rules = rules
    }

    /// An exchange for the next request that `connection` brings.
    public func take(for connection: Connection) -> HTTPExchange {
        let exchange = take()
        exchange.begin(connection)
        return exchange
    }

    /// An exchange that no request uses.
    @inline(__always)
    func take() -> HTTPExchange {
        guard !isTaken.exchange(true, ordering: .acquiring) else { return HTTPExchange(rules: rules) }
        let found = spare.take()
        if let found {
            spare = found.nextSpare.take()
            spareCount -= 1
        }
        isTaken.store(false, ordering: .releasing)
        return found ?? HTTPExchange(rules: rules)
    }

    /// Takes back an exchange whose request has been answered or refused.
    public func give(_ exchange: HTTPExchange) {
        exchange.clear()
        guard !isTaken.exchange(true, ordering: .acquiring) else { return }
        if spareCount < Self.capacity {
            exchange.nextSpare = spare.take()
            spare = exchange
            spareCount += 1
        }
        isTaken.store(false, ordering: .releasing)
    }
}
