import CDrover

// Unix stream sockets between processes of one machine: who listens privately, who connects, and who that is.

extension ListeningSocket {
    /// Listens on a unix socket that only its owner may connect to, mode 0600.
    ///
    /// - Throws: `SystemError` that names the path.
    package init(privateAt path: String, backlog: Int) throws(SystemError) {
        try self.init(bind: .unix(path), backlog: backlog, mode: 0o600)
    }
}

extension StreamSocket {
    /// Connects to the unix socket at `path`; connect(2).
    ///
    /// - Throws: `SystemError` that names the path; see `meansNobodyListens` and `meansBusy`.
    package init(connectingTo path: String) throws(SystemError) {
        let socket = Descriptor(
            owning: try systemCall("socket", subject: path) {
                CDrover.socket(AF_UNIX, c_drover_stream_flags(), 0)
            })
        let raw = socket.raw
        try SocketAddress.unix(path).withKernelForm { (pointer, length) throws(SystemError) in
            _ = try systemCall("connect", subject: path) { c_drover_connect(raw, pointer, length) }
        }
        self.init(socket)
    }

    /// The user that the process at the other end of a unix socket ran as when it connected; SO_PEERCRED in unix(7).
    package var peerUser: UInt32? {
        var user: UInt32 = 0
        return c_drover_peer_user(descriptor, &user) == 0 ? user : nil
    }

}

extension SystemError {
    /// Whether connect(2) found no socket there, or one whose process is gone.
    package var meansNobodyListens: Bool { code == ENOENT || code == ECONNREFUSED }
    /// Whether connect(2) found the accept queue full.
    package var meansBusy: Bool { code == EAGAIN }
}
