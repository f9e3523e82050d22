import FoundationEssentials

/// How the calls went, for people and for programs.
struct Report {
    let took: Duration
    let latencies: LatencyHistogram
    let failures: [String: Int]
    let workers: [(key: Tally.Worker, value: Int)]

    var calls: Int { latencies.count }
    var failed: Int { failures.values.reduce(0, +) }

    private var perSecond: Double { Double(calls) / (took / .seconds(1)) }

    /// Some lines.
    var text: String {
        var lines = [
            "",
            "calls        \(Figures.grouped(calls)), \(Figures.grouped(Int(perSecond))) a second",
            "failed       \(Figures.grouped(failed))",
        ]
        if calls > 0 {
            let shares = [("P50", 50.0), ("P90", 90), ("P99", 99)].map {
                "\($0.0) \(Figures.milliseconds(latencies.percentile($0.1)))"
            }
            let longest = Figures.milliseconds(latencies.longest)
            lines.append("latency      \(shares.joined(separator: "  "))  max \(longest)")
        }
        if !workers.isEmpty {
            lines.append("calls per worker, of those that asked who answers:")
            let all = workers.reduce(0) { $0 + $1.value }
            for (worker, count) in workers {
                let share = Figures.fixed(Double(count) * 100 / Double(all), 1)
                lines.append("  worker \(worker.slot)  pid \(worker.pid)  \(Figures.grouped(count))  \(share) %")
            }
        }
        for (reason, count) in failures.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  \(Figures.grouped(count)) failed: \(reason)")
        }
        return lines.joined(separator: "\n")
    }

    /// One object.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(Object(self)), as: UTF8.self)
        }
    }

    private struct Object: Encodable {
        struct Worker: Encodable {
            let slot: Int
            let pid: Int
            let calls: Int
        }

        let seconds: Double
        let calls: Int
        let callsPerSecond: Double
        let failed: Int
        let latencyMilliseconds: [String: Double]
        let workers: [Worker]
        let failures: [String: Int]

        init(_ report: Report) {
            seconds = report.took / .seconds(1)
            calls = report.calls
            callsPerSecond = report.perSecond.rounded()
            failed = report.failed
            let latencies = report.latencies
            latencyMilliseconds = [
                "p50": latencies.percentile(50) / .milliseconds(1), "p90": latencies.percentile(90) / .milliseconds(1),
                "p99": latencies.percentile(99) / .milliseconds(1), "max": latencies.longest / .milliseconds(1),
            ]
            workers = report.workers.map { Worker(slot: $0.key.slot, pid: $0.key.pid, calls: $0.value) }
            failures = report.failures
        }
    }
}
