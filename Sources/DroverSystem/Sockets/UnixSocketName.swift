import CDrover

/// What is at a path where a unix socket shall be.
package enum UnixSocketName {
    package enum State: Equatable, Sendable {
        case absent
        /// A process accepts connections there.
        case answered
        /// A socket whose process is gone.
        case leftOver
        case otherFile
    }

    /// Looks, and knocks: connect(2) to a socket without a listener is refused.
    ///
    /// A path that this process will not follow counts as absent: the attempt to make a socket there says why.
    package static func state(of path: String) -> State {
        guard let place = try? FilePlace(path), let found = try? place.look() else { return .absent }
        guard found.isSocket else { return .otherFile }
        let knocker = CDrover.socket(AF_UNIX, c_drover_stream_flags(), 0)
        guard knocker >= 0 else { return .answered }
        let socket = Descriptor(owning: knocker)
        let raw = socket.raw
        // In an exposed folder the name could come to mean another socket meanwhile, so the knock goes to the socket
        // found.
        let door = place.isExposed ? found.handle : path
        let connected = try? SocketAddress.unix(door).withKernelForm { pointer, length in
            c_drover_connect(raw, pointer, length)
        }
        if connected == 0 || lastErrorNumber == EAGAIN { return .answered }
        return lastErrorNumber == ECONNREFUSED ? .leftOver : .answered
    }
}
