public import DogeConfiguration

/// An entry in the registry: a server's name, and where it is.
public struct Registration: Sendable, Equatable {
    /// The service that it belongs to.
    public let service: String
    /// Its own name.
    public let node: String
    /// Where clients reach it.
    public let address: HostPort
    /// How long the entry outlives the process that keeps it alive.
    public let ttl: Duration

    /// An entry.
    public init(service: String, node: String, address: HostPort, ttl: Duration = RegistryConfiguration.defaultTTL) {
        self.service = service
        self.node = node
        self.address = address
        self.ttl = ttl
    }

    var key: String { RegistryKey.key(of: service, node: node) }
    var value: String { address.description }
}
