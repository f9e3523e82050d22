/// Where a service's servers are in etcd, as doge has it.
public enum RegistryKey {
    /// What the keys of all servers of `service` begin with.
    public static func prefix(of service: String) -> String { "/doge/rpc/\(service)/" }

    /// The key of one server.
    public static func key(of service: String, node: String) -> String { prefix(of: service) + node }
}
