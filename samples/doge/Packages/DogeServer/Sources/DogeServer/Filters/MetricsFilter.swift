import Drover

/// Counts calls and how long they take, of all workers together, under doge's names.
///
/// It counts in memory that the workers share, so make it before the server runs; any worker can then tell the numbers of
/// all: serve `text` at `/metrics` by HTTP, or as a method.
///
///     let metrics = try MetricsFilter()
///     Server(.doge(filters: [metrics]) { … }, .http { _ in .text(metrics.text) }).run()
public struct MetricsFilter: DogeFilter {
    private let counters: SharedCounters

    private static let started = 0
    private static let succeeded = 1
    private static let failed = 2
    private static let nanoseconds = 3
    private static let firstBucket = 4
    /// Upper bounds in microseconds.
    private static let bounds: [Int64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
    ]

    /// Metrics at 0.
    ///
    /// - Throws: `SystemError` when there is no memory for them.
    public init() throws {
        counters = try SharedCounters(Self.firstBucket + Self.bounds.count)
    }

    /// Counts the call.
    public func begin(_ call: inout DogeCall) throws {
        counters.add(to: Self.started)
    }

    /// Counts how it ended.
    public func end(_ call: DogeCall, _ outcome: DogeOutcome) {
        let (seconds, attoseconds) = outcome.duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        counters.add(to: outcome.error == nil ? Self.succeeded : Self.failed)
        counters.add(UInt64(max(nanoseconds, 0)), to: Self.nanoseconds)
        // Beyond the last bound it counts for the total alone.
        if let index = Self.bounds.firstIndex(where: { nanoseconds <= $0 * 1_000 }) {
            counters.add(to: Self.firstBucket + index)
        }
    }

    /// How many calls have begun.
    public var startedCount: UInt64 { counters[Self.started] }
    /// How many have been answered with a result.
    public var succeededCount: UInt64 { counters[Self.succeeded] }
    /// How many have been answered with an error.
    public var failedCount: UInt64 { counters[Self.failed] }

    /// The numbers as Prometheus reads them.
    public var text: String {
        let handled = succeededCount + failedCount
        var lines = [
            "# TYPE doge_server_started_total counter", "doge_server_started_total \(startedCount)",
            "# TYPE doge_server_handled_total counter", "doge_server_handled_total{code=\"0\"} \(succeededCount)",
            "doge_server_handled_total{code=\"1\"} \(failedCount)",
            "# TYPE doge_server_handled_latency_seconds histogram",
        ]
        var sum: UInt64 = 0
        for (index, bound) in Self.bounds.enumerated() {
            sum += counters[Self.firstBucket + index]
            let seconds = Double(bound) / 1_000_000
            lines.append("doge_server_handled_latency_seconds_bucket{le=\"\(seconds)\"} \(sum)")
        }
        lines.append("doge_server_handled_latency_seconds_bucket{le=\"+Inf\"} \(handled)")
        let seconds = Double(counters[Self.nanoseconds]) / 1_000_000_000
        lines.append("doge_server_handled_latency_seconds_sum \(seconds)")
        lines.append("doge_server_handled_latency_seconds_count \(handled)")
        return lines.joined(separator: "\n") + "\n"
    }
}
