import CDrover

/// Where a socket is or talks to, in the few bytes that an idle connection can afford.
public enum SocketAddress: Hashable, Sendable {
    /// An IPv4 address in host byte order and a port; ip(7).
    case ipv4(UInt32, port: UInt16)
    /// An IPv6 address as its two halves in host byte order, a port and the scope of a link-local address; ipv6(7).
    case ipv6(high: UInt64, low: UInt64, port: UInt16, scope: UInt32)
    /// A path in the file system; unix(7).
    case unix(String)
    /// A name in the abstract namespace of unix sockets, without the leading zero byte.
    case abstract(String)
    /// A unix socket without a name, as clients' are.
    case unnamed

    /// The IPv6 address of these halves, or the IPv4 address that is mapped into it, RFC 4291 section 2.5.5.2.
    ///
    /// A socket for both families calls the client 203.0.113.7 `::ffff:203.0.113.7`. Whatever enters from the kernel, a
    /// proxy or a text is made here, so that one client has one name everywhere.
    public init(high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0) {
        if high == 0, low >> 32 == 0xFFFF {
            self = .ipv4(UInt32(truncatingIfNeeded: low), port: port)
        } else {
            self = .ipv6(high: high, low: low, port: port, scope: scope)
        }
    }

    /// The port, where there is one.
    public var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port, _): port
        case .unix, .abstract, .unnamed: nil
        }
    }

    /// Whether it belongs to the unix family.
    public var isLocal: Bool {
        switch self {
        case .ipv4, .ipv6: false
        case .unix, .abstract, .unnamed: true
        }
    }

    /// The address without its port: `127.0.0.1`, `2001:db8::1`, `unix:/run/drover.sock`.
    public var host: String {
        switch self {
        case .ipv4(let address, _):
            return (0..<4).map { String(address >> (24 - 8 * UInt32($0)) & 0xFF) }.joined(separator: ".")
        case .ipv6(let high, let low, _, let scope):
            var address = in6_addr()
            withUnsafeMutableBytes(of: &address) { bytes in
                bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            _ = inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
            let name = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            return scope == 0 ? name : "\(name)%\(scope)"
        case .unix(let path): return "unix:\(path)"
        case .abstract(let name): return "unix:@\(name)"
        case .unnamed: return "unix:"
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The address as it is written in `bind`: `127.0.0.1:8000`, `[::1]:8000`, `unix:/run/drover.sock`.
    public var description: String {
        switch self {
        case .ipv4(_, let port): "\(host):\(port)"
        case .ipv6(_, _, let port, _): "[\(host)]:\(port)"
        case .unix, .abstract, .unnamed: host
        }
    }
}
