/// Counters added up: of one worker, of all that ever lived in a slot, or of the server.
package struct ScoreboardTotals: Equatable, Sendable {
    package var accepted: UInt64 = 0
    package var requests: UInt64 = 0
    package var errors: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    package var bytesSent: UInt64 = 0
    /// Times that a worker could not wait for connections although it wanted to.
    package var listenFailures: UInt64 = 0
    /// Connections ended to make room for others.
    package var evicted: UInt64 = 0
    /// Requests by duration, see `LatencyHistogram`.
    package var latency: [UInt64] = Array(repeating: 0, count: LatencyHistogram.bucketCount)
    /// All durations together, in microseconds.
    package var latencySum: UInt64 = 0

    package init() {}

    /// Adds what another one counted.
    package static func += (left: inout ScoreboardTotals, right: ScoreboardTotals) {
        left.accepted &+= right.accepted
        left.requests &+= right.requests
        left.errors &+= right.errors
        left.bytesReceived &+= right.bytesReceived
        left.bytesSent &+= right.bytesSent
        left.listenFailures &+= right.listenFailures
        left.evicted &+= right.evicted
        for index in left.latency.indices { left.latency[index] &+= right.latency[index] }
        left.latencySum &+= right.latencySum
    }

    /// The duration in microseconds that `share` (0...1) of the requests stayed under, to the bucket's bound.
    package func latencyQuantile(_ share: Double) -> UInt64? {
        let count = latency.reduce(0, +)
        guard count > 0 else { return nil }
        let wanted = UInt64((Double(count) * share).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, number) in latency.enumerated() {
            seen += number
            if seen >= wanted { return LatencyHistogram.upperBound(bucket) }
        }
        return LatencyHistogram.upperBound(LatencyHistogram.bucketCount - 1)
    }
}
