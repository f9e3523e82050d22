import NIOConcurrencyHelpers

/// What has become of the calls so far.
final class Tally: Sendable {
    /// A process that answers calls.
    struct Worker: Hashable {
        let slot: Int
        let pid: Int
    }

    /// What one second was like.
    struct Second {
        let number: Int
        let calls: Int
        let failed: Int
        let latencies: LatencyHistogram
    }

    private struct State {
        var second = LatencyHistogram()
        var failedInSecond = 0
        var all = LatencyHistogram()
        var failures: [String: Int] = [:]
        var workers: [Worker: Int] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// A call got its result.
    func add(_ latency: Duration, _ worker: Worker?) {
        state.withLockedValue { state in
            state.second.add(latency)
            state.all.add(latency)
            if let worker { state.workers[worker, default: 0] += 1 }
        }
    }

    /// A call got none.
    func addFailure(_ reason: String) {
        state.withLockedValue { state in
            state.failedInSecond += 1
            // Enough to say what is wrong; a reason may hold anything that a server says.
            let key = state.failures.count < 20 ? reason : state.failures[reason] == nil ? "others" : reason
            state.failures[key, default: 0] += 1
        }
    }

    /// What has come since the last time.
    func takeSecond(_ number: Int) -> Second {
        state.withLockedValue { state in
            defer {
                state.second = LatencyHistogram()
                state.failedInSecond = 0
            }
            return Second(
                number: number, calls: state.second.count, failed: state.failedInSecond, latencies: state.second)
        }
    }

    /// All of it.
    func report(_ took: Duration) -> Report {
        state.withLockedValue { state in
            Report(
                took: took, latencies: state.all, failures: state.failures,
                workers: state.workers.sorted { ($0.key.slot, $0.key.pid) < ($1.key.slot, $1.key.pid) })
        }
    }
}
