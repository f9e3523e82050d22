package import DroverCore
internal import DroverSystem

/// An address that cannot be listened on, with what to do about it.
package struct BindError: Error, CustomStringConvertible {
    package let bind: BindAddress
    package let reason: String
    /// What the kernel said, if it was the kernel; errno(3).
    let code: Int32?

    /// The kernel has refused `bind`, or the `address` that it stands for.
    ///
    /// `elder` is the process of the server that this one is to replace, if there is one.
    init(_ bind: BindAddress, _ error: SystemError, at address: SocketAddress? = nil, elder: Int32? = nil) {
        self.bind = bind
        code = error.code
        switch (error.call, error.code) {
        case (_, SystemError.addressInUse): reason = Self.inUse(address, elder: elder)
        case ("bind", SystemError.permissionDenied), ("open", SystemError.permissionDenied):
            reason =
                "permission denied; a port below 1024 needs CAP_NET_BIND_SERVICE, a unix socket a writable directory"
        case ("bind", SystemError.addressNotAvailable): reason = "no interface of this machine has this address"
        default: reason = error.reason
        }
    }

    init(_ bind: BindAddress, reason: String) {
        self.bind = bind
        self.reason = reason
        code = nil
    }

    /// The same configuration also listens on `other`, which is the same address, covers this one, or is covered by it.
    init(_ bind: BindAddress, besides other: BindAddress) {
        self.init(
            bind,
            reason: "this configuration also listens on \(other), which takes the same connections; keep one of them")
    }

    /// A listener of this server's has the address, `other`, and cannot let go of it while the server runs.
    init(_ bind: BindAddress, heldBy other: String, isLent: Bool) {
        let remedy =
            isLent
            ? "the service manager has opened it, so change the socket unit and restart the service"
            : "this change takes a restart of the server"
        self.init(bind, reason: "the listener \(other) of this server has the address; \(remedy)")
    }

    private static func inUse(_ address: SocketAddress?, elder: Int32?) -> String {
        let remedy = "stop it or choose another address with --bind"
        guard let address, let owner = SocketOwner.listening(at: address) else {
            return "the address is in use by another process; \(remedy)"
        }
        if owner.pid == elder {
            return "the server that this one replaces has the address; this change takes a restart of the server"
        }
        // A listener of this server's has been found before: as a neighbour, or as a twin in the same configuration.
        if owner.pid == currentProcess {
            return """
                this process itself has the address, as its descriptor \(owner.descriptor); if it was started with that \
                socket, listen on it with --bind fd://\(owner.descriptor)
                """
        }
        return "the address is in use by \(owner); \(remedy)"
    }

    package var description: String { "cannot listen on \(bind): \(reason)" }
}
