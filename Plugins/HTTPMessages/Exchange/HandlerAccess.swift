import DroverSystem

/// A request's way back to its exchange, which belongs to the task that answers the request.
///
/// A request may be in any task, and its exchange may be over. So what a request reads of its exchange goes through here:
/// one task at a time, and only while the handler is at work. The exchange ends when that task has come out again.
///
/// Unchecked: what varies, which is used under the lock, or while no request refers to this. The reference is unowned, as the
/// two would keep each other; it is good because the exchange leaves in its deinitializer at the latest, and is kept by its
/// task while it is open.
final class HandlerAccess: @unchecked Sendable {
    private let lock = Lock()
    private unowned(unsafe) var exchange: HTTPExchange?
    private var isOpen = false
    private var isInside = false
    private var leaver: UnsafeContinuation<Void, Never>?
    private var known: HeaderFields = []

    /// The fields that followed the body; they stay.
    var trailers: HeaderFields { lock.withLock { known } }

    /// Calls `body` with the exchange as long as that lasts; it must not wait.
    func look<R>(_ body: (HTTPExchange) -> R) -> R? {
        lock.withLock { exchange.map(body) }
    }

    /// Calls `body` with the exchange while the handler is at work; nil when it is not.
    ///
    /// - Throws: What `body` throws, and `RequestBodyError.inUse` while another task is inside.
    func use<R>(_ body: (HTTPExchange) async throws -> R) async throws -> R? {
        guard let exchange = try enter() else { return nil }
        defer { leave(exchange) }
        return try await body(exchange)
    }

    private func enter() throws(RequestBodyError) -> HTTPExchange? {
        try lock.withLock { () throws(RequestBodyError) in
            guard isOpen, let exchange else { return nil }
            if isInside { throw .inUse }
            isInside = true
            return exchange
        }
    }

    private func leave(_ exchange: HTTPExchange) {
        let waiting = lock.withLock {
            isInside = false
            known = exchange.body?.trailers ?? []
            defer { leaver = nil }
            return leaver
        }
        waiting?.resume()
    }

    // MARK: For the exchange

    /// Makes this the way to `exchange`.
    func lead(to exchange: HTTPExchange) {
        self.exchange = exchange
    }

    /// Opens the way for a handler that may wait; no request refers to it yet.
    func open() {
        isOpen = true
        if !known.isEmpty { known = [] }
    }

    /// Closes the way, which no request refers to.
    func shut() {
        isOpen = false
    }

    /// Closes the way, and waits for a task of the handler's that is still inside.
    func close() async {
        let isInside = lock.withLock {
            isOpen = false
            return self.isInside
        }
        if isInside { await waitUntilOut() }
    }

    private func waitUntilOut() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let isOut = lock.withLock {
                if isInside { leaver = continuation }
                return !isInside
            }
            if isOut { continuation.resume() }
        }
    }

    /// Closes the way for good.
    func part() {
        lock.withLock {
            isOpen = false
            exchange = nil
        }
    }
}
