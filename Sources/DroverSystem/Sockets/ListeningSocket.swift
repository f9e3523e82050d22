import CDrover

/// A socket that clients connect to; non-blocking from birth, since the flag is shared with every worker.
package struct ListeningSocket: ~Copyable, Sendable {
    package let descriptor: Descriptor
    /// Where it listens; port 0 has become the port that the kernel chose.
    package let address: SocketAddress

    /// Binds and listens: socket(2), bind(2), listen(2).
    ///
    /// One that `onlyBinds` has its address, which shows that it can be had, and gets no connection until
    /// `startListening`.
    ///
    /// A unix socket is open to its owner and group unless `mode` says otherwise. No client can connect before it has
    /// both, and if something fails its name is gone again.
    ///
    /// - Parameters:
    ///   - address: Where to listen; port 0 lets the kernel choose one.
    ///   - backlog: How many connections wait for accept; the kernel caps it at net.core.somaxconn.
    ///   - reusePort: Whether further sockets of this user may have the address too: SO_REUSEPORT.
    ///   - onlyBinds: Whether it listens later.
    ///   - mode: A unix socket's permissions, whatever the file mode mask is.
    ///   - owner: Whom a unix socket's name belongs to; nil for this process's user and group. See chown(2).
    /// - Throws: `SystemError` that names the address.
    package init(
        bind address: SocketAddress, backlog: Int, reusePort: Bool = false, onlyBinds: Bool = false,
        mode: UInt32 = 0o660, owner: Credentials? = nil
    ) throws(SystemError) {
        let socket = Descriptor(
            owning: try systemCall("socket", subject: "\(address)") {
                CDrover.socket(
                    address.family,
                    CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            })
        let raw = socket.raw
        if !address.isLocal {
            try SocketOption.reuseAddress.enable(on: raw)
            try SocketOption.noDelay.enable(on: raw)
            if reusePort { try SocketOption.reusePort.enable(on: raw) }
            if case .ipv6 = address { try SocketOption.onlyIPv6.enable(on: raw) }
        }
        func begin() throws(SystemError) {
            if onlyBinds { return }
            try systemCall("listen", subject: "\(address)") { listen(raw, CInt(clamping: backlog)) }
        }
        switch address {
        case .unix(let path):
            let place = try FilePlace(path)
            try place.bind(raw)
            do throws(SystemError) {
                // No client can connect before listen(2), whatever mode the mask has left. umask(2) would change the mask
                // of the whole process.
                try place.lookAtSocket().become(mode: mode, owner: owner)
                try begin()
            } catch {
                try? place.remove()
                throw error
            }
            self.address = address
        default:
            try address.withKernelForm { (pointer, length) throws(SystemError) in
                _ = try systemCall("bind", subject: "\(address)") { c_drover_bind(raw, pointer, length) }
            }
            try begin()
            self.address = try Self.localAddress(of: raw)
        }
        descriptor = socket
    }

    /// Takes over a socket that listens already, from systemd or an earlier process.
    ///
    /// A unix socket's `path` comes from the process that bound it: the kernel says only what bind(2) was told.
    ///
    /// - Throws: `SystemError` EINVAL when it is not a listening stream socket.
    package init(inheriting descriptor: consuming Descriptor, path: String? = nil) throws(SystemError) {
        let raw = descriptor.raw
        var listening: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        try systemCall("getsockopt", subject: "fd://\(raw)") {
            getsockopt(raw, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size)
        }
        guard listening != 0 else { throw SystemError("accept", EINVAL, subject: "fd://\(raw) (it does not listen)") }
        try descriptor.setNonBlocking(true)
        try descriptor.setCloseOnExec(true)
        let address: SocketAddress = if let path { .unix(path) } else { try Self.localAddress(of: raw) }
        // Connections take it from here, and the process that opened the socket need not have thought of it.
        if !address.isLocal { try SocketOption.noDelay.enable(on: raw) }
        self.address = address
        self.descriptor = descriptor
    }

    /// The address that `socket` is bound to; getsockname(2).
    package static func localAddress(of socket: Int32) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try systemCall("getsockname") { c_drover_local_address(socket, &storage, &length) }
        return SocketAddress(storage, length: length) ?? .unnamed
    }
}
