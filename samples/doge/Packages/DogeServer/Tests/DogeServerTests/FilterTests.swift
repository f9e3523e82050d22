import DogeServer
import Drover
import Logging
import Testing

@testable import DogeServer

@Suite struct FilterTests {
    private struct Marking: DogeFilter {
        let name: String
        let refuses: Bool
        let seen: SharedCounters

        func begin(_ call: inout DogeCall) throws {
            if refuses { throw DogeError("\(name) refuses") }
            call.meta["marks", default: ""] += name
            seen.add(to: 0)
        }

        func end(_ call: DogeCall, _ outcome: DogeOutcome) {
            seen.add(to: outcome.error == nil ? 1 : 2)
        }
    }

    private func seen(_ counters: SharedCounters) -> [UInt64] { (0..<3).map { counters[$0] } }

    @Test func aroundCalls() async throws {
        let seen = try SharedCounters(3)
        let filters = ["a", "b"].map { Marking(name: $0, refuses: false, seen: seen) }
        let doge = DogeProtocol(.tested, filters: filters)
        #expect(try await doge.reply("meta").result == ["marks": "ab"])
        #expect(self.seen(seen) == [2, 2, 0])
        #expect(try await doge.reply("divide", 1, 0).error == "division by zero")
        #expect(self.seen(seen) == [4, 2, 2])
        #expect(try await doge.reply("later", 1).result == 1)
        #expect(self.seen(seen) == [6, 4, 2])
        #expect(try await doge.reply("slow").error != nil)
        #expect(self.seen(seen) == [8, 4, 4])
        // Without a method there is no call to filter.
        #expect(try await doge.reply("nope").error != nil)
        #expect(self.seen(seen) == [8, 4, 4])
    }

    @Test func refusing() async throws {
        let seen = try SharedCounters(3)
        let filters = [false, true, false].map { Marking(name: "x", refuses: $0, seen: seen) }
        let doge = DogeProtocol(.tested, filters: filters)
        #expect(try await doge.reply("sum", 1, 2).error == "x refuses")
        // Those that have seen it begin see it end, the others do not.
        #expect(self.seen(seen) == [1, 0, 1])
    }

    @Test func metrics() async throws {
        let metrics = try MetricsFilter()
        let doge = DogeProtocol(.tested, filters: [metrics])
        _ = try await doge.reply("sum", 1, 2)
        _ = try await doge.reply("divide", 1, 0)
        _ = try await doge.reply("later", 3)
        #expect(metrics.startedCount == 3 && metrics.succeededCount == 2 && metrics.failedCount == 1)
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.contains("doge_server_started_total 3"))
        #expect(lines.contains("doge_server_handled_total{code=\"0\"} 2"))
        #expect(lines.contains("doge_server_handled_total{code=\"1\"} 1"))
        #expect(lines.contains("doge_server_handled_latency_seconds_count 3"))
        #expect(lines.contains("doge_server_handled_latency_seconds_bucket{le=\"5.0\"} 3"))
        #expect(lines.contains { $0.hasPrefix("doge_server_handled_latency_seconds_bucket{le=\"0.001\"} 2") })
    }

    @Test func tracing() async throws {
        let doge = DogeProtocol(.tested, filters: [TracingFilter()])
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        func span(_ meta: [String: String]) async throws -> TraceParent {
            guard case .map(let pairs) = try await doge.reply("meta", meta: meta).result,
                case .string(let text)? = pairs.first(where: { $0.key == "traceparent" })?.value
            else { throw DogeError("no meta") }
            return try #require(TraceParent(text))
        }
        let first = try await span(["traceparent": parent])
        #expect(
            first.trace == "4bf92f3577b34da6a3ce929d0e0e4736" && first.span != "00f067aa0ba902b7" && first.isSampled)
        let fresh = try await span([:])
        #expect(fresh.trace != first.trace)
        #expect(try await span(["traceparent": "00-zz"]).trace != first.trace)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
    ])
    func noTraceParent(_ text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test func traceParents() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
        let parent = try #require(TraceParent(text))
        #expect(parent.description == text && !parent.isSampled)
        #expect(TraceParent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")?.isSampled == true)
        let child = parent.child()
        #expect(child.trace == parent.trace && child.span != parent.span)
        #expect(TraceParent(child.description) == child)
    }
}
