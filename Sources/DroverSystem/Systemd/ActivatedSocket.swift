/// A socket that the service manager opened for this process, sd_listen_fds(3).
package struct ActivatedSocket: Equatable, Sendable {
    /// Its number, 3 or above.
    package let descriptor: Int32
    /// What FileDescriptorName= in the socket unit calls it; without that the unit's name.
    package let name: String

    /// The first descriptor that can be passed; the standard streams come before it.
    private static let first: Int32 = 3
    private static let variables = ["LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// Takes the sockets that were passed to this process, makes them close-on-exec, and clears the variables, so that
    /// no child believes that they are meant for it.
    ///
    /// To be called once, before the process changes its id by becoming a daemon.
    ///
    /// - Throws: `SystemError` EBADF when a promised descriptor is not open.
    package static func take() throws(SystemError) -> [ActivatedSocket] {
        let sockets = named(in: ProcessEnvironment.all())
        for variable in variables { ProcessEnvironment.unset(variable) }
        for socket in sockets {
            try setCloseOnExec(socket.descriptor, subject: "LISTEN_FDS descriptor \(socket.descriptor)")
        }
        return sockets
    }

    /// What LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES say; nothing when they speak to another process.
    static func named(in environment: [String: String], process: Int32 = currentProcess) -> [ActivatedSocket] {
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == process,
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), count > 0, count < 1 << 20
        else { return [] }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return (0..<count).map { index in
            let name = Int(index) < names.count ? String(names[Int(index)]) : ""
            return ActivatedSocket(descriptor: first + index, name: name.isEmpty ? "unknown" : name)
        }
    }
}
