extension Connection {
    /// Says that a request begins; `label` is what to call it in an answer to what the worker is busy with.
    ///
    /// From here on the request's deadlines run, and the connection is not idle until `endRequest`.
    public func beginRequest(_ label: RawSpan) {
        move(.requestBegan)
        requestCount &+= 1
        requestStart = host.clock.nanoseconds
        requestArrival = arrival
        entry = host.ledger.begin(at: requestStart, connection: id, label: label)
        if limits.request > 0 {
            host.place.limitRequest(self, until: requestStart / 1_000_000 + limits.request)
        }
    }

    /// Says that the request's reply has been written, or that there will be none.
    public func endRequest() {
        move(.requestEnded)
        if limits.request > 0 { host.place.limitRequest(self, until: .max) }
        messageDeadline = 0
        host.endRequest(entry: entry, startedAt: requestStart)
        entry = -1
    }

    /// Runs `body` as one request.
    ///
    /// - Throws: what `body` throws; the request counts all the same.
    public func withRequest<R, E: Error>(
        _ label: String, _ body: () async throws(E) -> R
    ) async throws(E) -> R {
        let bytes = Array(label.utf8)
        beginRequest(bytes.span.bytes)
        defer { endRequest() }
        return try await body()
    }

    /// Runs `body`, which does not wait, as one request.
    ///
    /// - Parameters:
    ///   - label: What to call it in an answer to what the worker is busy with.
    ///   - body: What answers it.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; the request counts all the same.
    public func withRequest<R, E: Error>(_ label: String, _ body: () throws(E) -> R) throws(E) -> R {
        beginRequest(label.utf8Span.span.bytes)
        defer { endRequest() }
        return try body()
    }

    // MARK: Requests that overlap

    /// Says that a request begins that others of this connection may overlap with.
    ///
    /// It is counted and shown like one of `beginRequest`, but `request_timeout` is the caller's to keep: no task is
    /// cancelled when `deadline` passes. To be ended with ``closeRequest(_:)`` by the connection's task.
    public func openRequest(_ label: RawSpan) -> OpenRequest {
        let start = host.clock.nanoseconds
        return OpenRequest(
            entry: host.ledger.begin(at: start, connection: id, label: label), start: start,
            deadline: limits.request > 0 ? start / 1_000_000 + limits.request : .max)
    }

    /// Says that the request has been answered, or that it will not be.
    public func closeRequest(_ request: OpenRequest) {
        host.endRequest(entry: request.entry, startedAt: request.start)
    }
}

/// A request that is in progress beside others of the same connection.
public struct OpenRequest: Sendable {
    let entry: Int8
    let start: Int64
    /// Monotonic milliseconds at which `request_timeout` is over; `Int64.max` when it is off.
    public let deadline: Int64
}
