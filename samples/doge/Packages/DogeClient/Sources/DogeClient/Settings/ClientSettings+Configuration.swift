public import DogeConfiguration
internal import DogeDiscovery

extension ClientSettings {
    /// What `refer` in a file of doge says; connections are as by default.
    public init(_ refer: ReferConfiguration) {
        self.init()
        highAvailability =
            switch refer.availability {
            case .failover: .failover
            case .backupRequest: .backupRequest
            }
        loadBalance =
            switch refer.balance {
            case .roundRobin: .roundRobin
            case .random: .random
            case .leastInFlight: .leastInFlight
            }
        standard = MethodSettings(refer.defaults)
        methods = refer.methods.mapValues { MethodSettings($0) }
    }
}

extension MethodSettings {
    init(_ method: ReferConfiguration.Method) {
        self.init()
        retries = method.retries
        requestTimeout = method.requestTimeout
        backupDelayPercentile = method.backupRequestDelayRatio
        backupMaxRatio = method.backupRequestMaxRetryRatio
    }
}

extension RegistryConfiguration {
    /// The addresses as servers of a service, for the kind `direct`.
    var endpoints: [Endpoint] {
        addresses.map { Endpoint(node: $0.description, host: $0.host, port: $0.port) }
    }
}
