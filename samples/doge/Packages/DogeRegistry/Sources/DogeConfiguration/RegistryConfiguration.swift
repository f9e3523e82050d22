/// Where it is written which servers a service has, `registry:` of doge's file.
public struct RegistryConfiguration: Sendable, Equatable {
    /// How it is written there.
    public enum Kind: String, Sendable, CaseIterable {
        /// In etcd, with leases.
        case etcd
        /// Nowhere: the addresses are the servers themselves.
        case direct
    }

    /// How it is written.
    public var kind: Kind
    /// The members of the etcd cluster, or the servers.
    public var addresses: [HostPort]
    /// How long an entry outlives a server that does not renew it any more.
    public var ttl: Duration

    /// The time to live when none is given.
    public static let defaultTTL = Duration.seconds(10)
    /// etcd's own port.
    public static let defaultPort = 2379

    /// A registry.
    public init(kind: Kind, addresses: [HostPort], ttl: Duration = defaultTTL) {
        self.kind = kind
        self.addresses = addresses
        self.ttl = ttl
    }
}
