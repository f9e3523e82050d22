package import DroverCore
internal import DroverSystem

/// An address that cannot be listened on, with what to do about it.
package struct BindError: Error, CustomStringConvertible {
    package let bind: BindAddress
    package let reason: String

    init(_ bind: BindAddress, _ error: SystemError) {
        self.bind = bind
        switch (error.call, error.code) {
        case (_, SystemError.addressInUse): reason = Self.inUse(bind)
        case ("bind", SystemError.permissionDenied):
            reason =
                "permission denied; a port below 1024 needs CAP_NET_BIND_SERVICE, a unix socket a writable directory"
        case ("bind", SystemError.addressNotAvailable): reason = "no interface of this machine has this address"
        default: reason = error.reason
        }
    }

    init(_ bind: BindAddress, reason: String) {
        self.bind = bind
        self.reason = reason
    }

    private static func inUse(_ bind: BindAddress) -> String {
        let remedy = "stop it or choose another address with --bind"
        guard case .tcp(_, let port) = bind, let owner = ownerOfListener(port: port) else {
            return "the address is in use by another process; \(remedy)"
        }
        return "the address is in use by \(owner); \(remedy)"
    }

    package var description: String { "cannot listen on \(bind): \(reason)" }
}
