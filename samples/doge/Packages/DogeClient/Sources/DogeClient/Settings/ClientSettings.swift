/// How a client reaches a service; doge's `refer` section says the same.
public struct ClientSettings: Sendable, Equatable {
    /// What is done so that a call succeeds although a server fails.
    public enum HighAvailability: String, Sendable, CaseIterable {
        /// Another server is asked when one has failed; see ``MethodSettings/retries``.
        case failover
        /// Another server is asked also when one takes longer than it mostly does, and the first reply counts.
        case backupRequest
    }

    /// How many connections are kept to an endpoint.
    public var connections = 3
    /// How many calls may wait for their replies on a connection; others wait for their turn.
    public var maxInFlight = 64
    /// How long connecting may take.
    public var connectTimeout = Duration.seconds(1)
    /// The longest reply that is taken.
    public var maxReplyBytes = 16 << 20
    /// Which endpoint is asked.
    public var loadBalance = LoadBalance.roundRobin
    /// What is done about failures.
    public var highAvailability = HighAvailability.failover
    /// After how many failures in a row an endpoint gets no more calls, until it can be connected to again.
    public var ejectAfter = 10
    /// What holds for methods that are not among ``methods``.
    public var standard = MethodSettings()
    /// What holds for single methods.
    public var methods: [String: MethodSettings] = [:]

    /// Settings that fit services whose replies take well under a second.
    public init() {}

    /// What holds for `method`.
    public func method(_ method: String) -> MethodSettings { methods[method] ?? standard }
}

/// How calls of a method are treated.
public struct MethodSettings: Sendable, Equatable {
    /// How often a call is sent again that was sent and got no reply, as its connection broke or its time was over.
    ///
    /// The first server may have carried such a call out, so more than 0 is only for methods that may run twice. A call
    /// that has not been sent is sent elsewhere in any case.
    public var retries = 0
    /// How long one sending of a call may wait for its reply, or for a connection.
    public var requestTimeout = Duration.seconds(1)
    /// Which share of calls is faster than the delay after which a backup is sent, in percent.
    public var backupDelayPercentile = 90
    /// How many backups are sent in a hundred calls, at most.
    public var backupMaxRatio = 15

    /// A second for each call, and nothing is sent twice.
    public init() {}
}
