import Glibc

/// Somebody else who listens on a port of the loopback.
public final class TCPListener {
    /// The port.
    public let port: UInt16
    /// The socket's number, to pass it on.
    public var descriptor: Int32 { socket }
    private let socket: Int32

    /// Listens on a free port of every address, IPv4's and IPv6's, as systemd does for a port alone; nil where there is no
    /// IPv6.
    public static func dualStack() throws -> TCPListener? {
        let socket = Glibc.socket(AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if socket < 0 { return nil }
        var off: Int32 = 0
        setsockopt(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                if bind(socket, address, length) != 0 || listen(socket, 8) != 0 { return errno }
                return getsockname(socket, address, &length) == 0 ? 0 : errno
            }
        }
        let listener = TCPListener(socket, port: UInt16(bigEndian: address.sin6_port))
        if result != 0 { throw TCPClient.Failure(call: "bind", code: result) }
        return listener
    }

    private init(_ socket: Int32, port: UInt16) {
        self.socket = socket
        self.port = port
    }

    /// Listens on `port`, or on a free one.
    public init(port: UInt16 = 0) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                if bind(descriptor, address, length) != 0 || listen(descriptor, 8) != 0 { return errno }
                return getsockname(descriptor, address, &length) == 0 ? 0 : errno
            }
        }
        if result != 0 {
            Glibc.close(socket)
            throw TCPClient.Failure(call: "bind", code: result)
        }
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit { Glibc.close(socket) }
}
