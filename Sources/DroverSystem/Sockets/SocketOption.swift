import CDrover

/// The socket options that Drover sets; socket(7), tcp(7), ipv6(7).
package enum SocketOption: Sendable {
    /// SO_REUSEADDR: bind although old connections linger in TIME_WAIT.
    case reuseAddress
    /// SO_REUSEPORT: several sockets on one address, each with its own accept queue.
    case reusePort
    /// TCP_NODELAY: small segments leave at once. Accepted sockets inherit it from the listener.
    case noDelay
    /// IPV6_V6ONLY: an IPv6 wildcard leaves IPv4 to others.
    case onlyIPv6

    private var name: (level: Int32, option: Int32) {
        switch self {
        case .reuseAddress: (SOL_SOCKET, SO_REUSEADDR)
        case .reusePort: (SOL_SOCKET, SO_REUSEPORT)
        case .noDelay: (CInt(IPPROTO_TCP), TCP_NODELAY)
        case .onlyIPv6: (CInt(IPPROTO_IPV6), IPV6_V6ONLY)
        }
    }

    /// Switches the option on; setsockopt(2).
    func enable(on socket: Int32) throws(SystemError) {
        var value: CInt = 1
        let name = name
        try systemCall("setsockopt") {
            setsockopt(socket, name.level, name.option, &value, socklen_t(MemoryLayout<CInt>.size))
        }
    }
}
