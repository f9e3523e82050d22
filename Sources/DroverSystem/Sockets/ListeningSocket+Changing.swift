import CDrover

// What can still be changed once a socket is bound or listens.

extension ListeningSocket {
    /// Lets further sockets of this user have the address, although this one was bound without: SO_REUSEPORT.
    package borrowing func admitSiblings() throws(SystemError) {
        try Self.admitSiblings(of: descriptor.raw)
    }

    /// The same for the socket of this number.
    package static func admitSiblings(of socket: Int32) throws(SystemError) {
        try SocketOption.reusePort.enable(on: socket)
    }

    /// Begins to listen, after it was only bound; listen(2).
    package borrowing func startListening(backlog: Int) throws(SystemError) {
        let raw = descriptor.raw
        try systemCall("listen", subject: "\(address)") { listen(raw, CInt(clamping: backlog)) }
    }

    /// Changes how many connections may wait for accept; listen(2) again.
    package borrowing func changeBacklog(_ backlog: Int) {
        _ = listen(descriptor.raw, CInt(clamping: backlog))
    }
}
