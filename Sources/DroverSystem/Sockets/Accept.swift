import CDrover

/// What accept4(2) gave.
package enum AcceptResult: ~Copyable, Sendable {
    /// A connection, non-blocking and close-on-exec.
    case connection(Descriptor, peer: SocketAddress)
    /// No connection waits.
    case wouldBlock
    /// The client left before it was accepted; try the next.
    case aborted
    /// No descriptor or memory is left (EMFILE, ENFILE, ENOBUFS, ENOMEM): stop accepting for a while.
    case exhausted(SystemError)
    /// The listener itself is broken, or this process may not accept; the connection, if there is one, stays in the queue.
    case failed(SystemError)
}

/// Takes one connection off the accept queue of `listener`.
package func acceptConnection(_ listener: Int32) -> AcceptResult {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    while true {
        let raw = c_drover_accept(listener, &storage, &length)
        if raw >= 0 {
            return .connection(Descriptor(owning: raw), peer: SocketAddress(storage, length: length) ?? .unnamed)
        }
        let code = lastErrorNumber
        switch code {
        case EINTR: continue
        case EAGAIN: return .wouldBlock
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(SystemError("accept4", code))
        // accept(2): errors that wait on the new connection are reported here and mean only that it is gone. EPERM is none
        // of them whatever the page says: a security module or a filter of system calls refuses before anything is taken.
        case ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH:
            return .aborted
        default: return .failed(SystemError("accept4", code))
        }
    }
}
