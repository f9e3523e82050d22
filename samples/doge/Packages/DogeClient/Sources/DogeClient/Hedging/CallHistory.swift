internal import NIOConcurrencyHelpers
internal import NIOCore

/// What a client has seen of each method: how long it takes, and how many backups may be sent.
final class CallHistory: Sendable {
    private struct Method: Sendable {
        var latencies: LatencyWindow
        var budget: BackupBudget
    }

    private let methods = NIOLockedValueBox<[String: Method]>([:])

    /// A call begins.
    ///
    /// - Returns: After how long a backup is to be sent; nil when too little is known of the method.
    func begin(_ method: String, _ policy: MethodSettings) -> TimeAmount? {
        methods.withLockedValue { methods in
            methods[
                method,
                default: Method(
                    latencies: LatencyWindow(percentile: policy.backupDelayPercentile),
                    budget: BackupBudget(ratio: policy.backupMaxRatio))
            ].budget.begin()
            return methods[method]?.latencies.backupDelay
        }
    }

    /// Takes a backup out of the method's budget.
    ///
    /// - Returns: Whether there was one.
    func takeBackup(_ method: String) -> Bool {
        methods.withLockedValue { $0[method]?.budget.take() ?? false }
    }

    /// A call got a reply.
    func end(_ method: String, after latency: TimeAmount) {
        methods.withLockedValue { $0[method]?.latencies.add(latency) }
    }
}
