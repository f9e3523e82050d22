import CDrover

// What can still be changed once a socket listens.

extension ListeningSocket {
    /// Lets further sockets of this user have the address, although this one was bound without: SO_REUSEPORT.
    package borrowing func admitSiblings() throws(SystemError) {
        try SocketOption.reusePort.enable(on: descriptor.raw)
    }

    /// Changes how many connections may wait for accept; listen(2) again.
    package borrowing func changeBacklog(_ backlog: Int) {
        _ = listen(descriptor.raw, CInt(clamping: backlog))
    }
}
