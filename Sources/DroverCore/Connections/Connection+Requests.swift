extension Connection {
    /// Says that a request begins; `label` is what to call it when somebody asks what the worker is busy with.
    ///
    /// From here on the request's deadlines run, and the connection is not idle until `endRequest`.
    public func beginRequest(_ label: RawSpan) {
        move(.requestBegan)
        requestCount &+= 1
        requestStart = host.clock.nanoseconds
        requestArrival = arrival
        entry = host.ledger.begin(at: requestStart, connection: id, label: label)
        if limits.request > 0 {
            host.limitRequest(self, until: requestStart / 1_000_000 + limits.request)
        }
    }

    /// Says that the request's reply has been written, or that there will be none.
    public func endRequest() {
        move(.requestEnded)
        if limits.request > 0 { host.limitRequest(self, until: .max) }
        messageDeadline = 0
        host.ledger.end(entry: entry, startedAt: requestStart)
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
}
