package import DroverSystem

extension ListenerSettings {
    /// Whether each worker slot has a socket, and so an accept queue, of its own.
    ///
    /// SO_REUSEPORT splits network addresses only, and only sockets that were all made with it: an inherited one is shared.
    package func hasOwnQueues(at address: SocketAddress) -> Bool {
        switch bind {
        case .descriptor, .named: false
        case .tcp, .unix, .abstract: accept == .reuseport && !address.isLocal
        }
    }
}
