internal import NIOConcurrencyHelpers
internal import NIOCore

/// Counts a client's calls, under the names that doge's clients have.
///
/// ``text`` is what an endpoint for Prometheus answers; ``counts`` is for programs.
public final class MetricsFilter: ClientFilter {
    /// What is known of the calls of one method.
    public struct Counts: Sendable, Equatable {
        /// Calls that have begun.
        public internal(set) var started = 0
        /// Calls that got a result.
        public internal(set) var succeeded = 0
        /// Calls that got an error, or none in time, or were cancelled.
        public internal(set) var failed = 0
        /// How long those that have ended took, all together.
        public internal(set) var total = Duration.zero
        // How many took at most as long as each bound, and not the one below it.
        var buckets = [Int](repeating: 0, count: MetricsFilter.bounds.count)
    }

    private struct Key: Hashable {
        let service: String
        let method: String
    }

    private static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private let methods = NIOLockedValueBox<[Key: Counts]>([:])

    /// Nothing has been counted yet.
    public init() {}

    /// Counts a call on its way out and back.
    public func call(
        _ call: ClientCall, next: @Sendable (ClientCall) async throws -> ClientResult
    ) async throws -> ClientResult {
        let key = Key(service: call.service, method: call.method)
        methods.withLockedValue { $0[key, default: Counts()].started += 1 }
        let start = NIODeadline.now()
        do {
            let result = try await next(call)
            end(key, start, succeeded: true)
            return result
        } catch {
            end(key, start, succeeded: false)
            throw error
        }
    }

    private func end(_ key: Key, _ start: NIODeadline, succeeded: Bool) {
        let latency = Duration.nanoseconds((NIODeadline.now() - start).nanoseconds)
        methods.withLockedValue { methods in
            if succeeded { methods[key]?.succeeded += 1 } else { methods[key]?.failed += 1 }
            methods[key]?.total += latency
            if let place = Self.bounds.firstIndex(where: { latency <= .seconds($0) }) {
                methods[key]?.buckets[place] += 1
            }
        }
    }

    /// What is known of a method's calls.
    public func counts(_ service: String, _ method: String) -> Counts {
        methods.withLockedValue { $0[Key(service: service, method: method)] ?? Counts() }
    }

    /// All of it in the text format of Prometheus.
    public var text: String {
        let all = methods.withLockedValue { methods in
            methods.map { (labels: "service=\"\($0.service)\",method=\"\($0.method)\"", counts: $1) }
        }.sorted { $0.labels < $1.labels }
        var text = ""
        text += "# HELP doge_client_started_total Calls that have begun.\n# TYPE doge_client_started_total counter\n"
        for each in all { text += "doge_client_started_total{\(each.labels)} \(each.counts.started)\n" }
        text += "# HELP doge_client_completed_total Calls that have ended; code is 0 for those with a result, else 1.\n"
        text += "# TYPE doge_client_completed_total counter\n"
        for each in all {
            text += "doge_client_completed_total{\(each.labels),code=\"0\"} \(each.counts.succeeded)\n"
            text += "doge_client_completed_total{\(each.labels),code=\"1\"} \(each.counts.failed)\n"
        }
        let name = "doge_client_completed_latency_seconds"
        text += "# HELP \(name) How long calls took.\n# TYPE \(name) histogram\n"
        for each in all {
            var sum = 0
            for (bound, count) in zip(Self.bounds, each.counts.buckets) {
                sum += count
                text += "\(name)_bucket{\(each.labels),le=\"\(bound)\"} \(sum)\n"
            }
            let count = each.counts.succeeded + each.counts.failed
            text += "\(name)_bucket{\(each.labels),le=\"+Inf\"} \(count)\n"
            text += "\(name)_sum{\(each.labels)} \(each.counts.total / .seconds(1))\n"
            text += "\(name)_count{\(each.labels)} \(count)\n"
        }
        return text
    }
}
