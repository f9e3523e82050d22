import Glibc

/// A unix socket that listens and that nobody accepts from, for a server to be passed.
public final class UnixListener {
    /// The socket's number.
    public let descriptor: Int32

    /// Listens at `path`.
    public init(path: String) {
        descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let socket = descriptor
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        precondition(result == 0 && listen(socket, 8) == 0, "cannot listen at \(path)")
    }

    deinit { Glibc.close(descriptor) }
}
