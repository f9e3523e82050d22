import CDrover

/// What is at a path where a unix socket shall be.
package enum UnixSocketName {
    package enum State: Equatable, Sendable {
        case absent
        /// Somebody accepts connections there.
        case answered
        /// A socket whose process is gone.
        case leftOver
        case otherFile
    }

    /// Looks, and knocks: connect(2) to a socket that nobody listens on is refused.
    package static func state(of path: String) -> State {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .absent }
        guard c_drover_is_socket(&status) else { return .otherFile }
        let knocker = CDrover.socket(AF_UNIX, c_drover_stream_flags(), 0)
        guard knocker >= 0 else { return .answered }
        let socket = Descriptor(owning: knocker)
        let raw = socket.raw
        let connected = try? SocketAddress.unix(path).withKernelForm { pointer, length in
            c_drover_connect(raw, pointer, length)
        }
        if connected == 0 || lastErrorNumber == EAGAIN { return .answered }
        return lastErrorNumber == ECONNREFUSED ? .leftOver : .answered
    }
}
