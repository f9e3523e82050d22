/// How a client calls a service, `refer:` of doge's file.
public struct ReferConfiguration: Sendable, Equatable {
    /// What is done about a call that fails or takes long.
    public enum Availability: String, Sendable, CaseIterable {
        /// Another server is asked after a failure.
        case failover
        /// Another server is asked as well when the first takes longer than usual.
        case backupRequest = "backupRequestHA"
    }

    /// Who is asked.
    public enum Balance: String, Sendable, CaseIterable {
        /// One after the other.
        case roundRobin = "RoundrobinLB"
        /// Anyone.
        case random = "RandomLB"
        /// The server with the fewest calls in flight; doge has no such thing.
        case leastInFlight = "LeastInFlightLB"
    }

    /// What can be said for each method.
    public struct Method: Sendable, Equatable {
        /// How often another server is asked after a failure.
        public var retries = 0
        /// The percentile of the method's latency after which a second server is asked.
        public var backupRequestDelayRatio = 90
        /// How many second requests there may be for a hundred first ones.
        public var backupRequestMaxRetryRatio = 15
        /// How long a call may take.
        public var requestTimeout = Duration.milliseconds(1000)

        /// doge's defaults.
        public init() {}
    }

    /// What is done about a call that fails or takes long.
    public var availability = Availability.failover
    /// Who is asked.
    public var balance = Balance.roundRobin
    /// The names of the filters around its calls, outermost first.
    public var filters: [String] = []
    /// What counts for methods that are not named.
    public var defaults = Method()
    /// What counts for others, by name.
    public var methods: [String: Method] = [:]

    /// doge's defaults.
    public init() {}

    /// What counts for `method`.
    public func settings(of method: String) -> Method { methods[method] ?? defaults }
}
