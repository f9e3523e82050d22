package import DroverSystem

/// A place where workers listen.
public struct ListenerAddress: Sendable, Equatable, CustomStringConvertible {
    /// The name of what is spoken there.
    public let protocolName: String
    /// The address without its port, as a number; the name of a unix socket after `unix:`.
    public let host: String
    /// The port, which the kernel has chosen where the configuration leaves it open; nil for a unix socket.
    public let port: Int?

    /// A place where `protocolName` is spoken.
    public init(protocolName: String, host: String, port: Int?) {
        self.protocolName = protocolName
        self.host = host
        self.port = port
    }

    package init(protocolName: String, _ address: SocketAddress) {
        self.init(protocolName: protocolName, host: address.host, port: address.port.map { Int($0) })
    }

    /// The address with its port: `127.0.0.1:8000`, `[::1]:8000`, `unix:/run/shop.sock`.
    public var description: String {
        guard let port else { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
