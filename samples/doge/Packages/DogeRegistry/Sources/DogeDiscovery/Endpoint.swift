/// Where one server of a service listens.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The server's name, unique within its service.
    public let node: String
    /// A name or an address.
    public let host: String
    /// The TCP port.
    public let port: Int

    /// An endpoint at `host` and `port`.
    public init(node: String, host: String, port: Int) {
        self.node = node
        self.host = host
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
