/// Where a listener listens, as it is written: names are not looked up.
package enum BindAddress: Sendable, Hashable {
    /// A host name or number, and a port.
    case tcp(host: String, port: UInt16)
    /// A unix socket with a path.
    case unix(path: String)
    /// A unix socket in the abstract namespace, unix(7).
    case abstract(name: String)
    /// A socket that another process opened before the server started.
    case descriptor(Int32)
    /// A socket that the service manager opened and named, systemd.socket(5) FileDescriptorName.
    case named(String)

    /// The port when none is given.
    package static let defaultPort: UInt16 = 8000

    /// What listens when nothing is configured.
    package static let standard = BindAddress.tcp(host: "127.0.0.1", port: defaultPort)
}

extension BindAddress: CustomStringConvertible {
    /// The spelling that reads back as the same address.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .abstract(let name): "unix:@\(name)"
        case .descriptor(let number): "fd://\(number)"
        case .named(let name): "fd://\(name)"
        }
    }
}
