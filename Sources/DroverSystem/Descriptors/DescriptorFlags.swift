import CDrover

extension Descriptor {
    /// Switches O_NONBLOCK, which belongs to the open file and so to every process that shares it.
    package borrowing func setNonBlocking(_ on: Bool) throws(SystemError) {
        let number = raw
        let flags = try systemCall("fcntl") { c_drover_get_flags(number, F_GETFL) }
        try systemCall("fcntl") { c_drover_set_flags(number, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) }
    }

    /// Switches FD_CLOEXEC, which belongs to this descriptor alone.
    package borrowing func setCloseOnExec(_ on: Bool) throws(SystemError) {
        let number = raw
        try systemCall("fcntl") { c_drover_set_flags(number, F_SETFD, on ? FD_CLOEXEC : 0) }
    }
}

/// Makes sure that no program which is executed inherits `descriptor`: FD_CLOEXEC.
func setCloseOnExec(_ descriptor: Int32, subject: String) throws(SystemError) {
    try systemCall("fcntl", subject: subject) { c_drover_set_flags(descriptor, F_SETFD, FD_CLOEXEC) }
}

extension Descriptor {
    /// A descriptor of nothing, kept to be closed when the process has run out of them.
    package static func reserve() throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("open") { c_drover_open("/dev/null", O_RDONLY | O_CLOEXEC, 0) })
    }
}
