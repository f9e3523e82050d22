import CDrover

extension FilePlace {
    /// Gives `socket` the name; bind(2).
    ///
    /// bind(2) takes a path and resolves it itself. Where other users could change that path meanwhile, bind(2) gets the
    /// last name alone, and the folder is the working directory during the call: of the process, so of all its threads.
    borrowing func bind(_ socket: Int32) throws(SystemError) {
        guard isExposed else { return try bind(socket, path) }
        let before = Descriptor(owning: try systemCall("open", subject: ".") { c_drover_open_folder(".") })
        let (origin, folder) = (before.raw, folder.raw)
        try systemCall("fchdir", subject: path) { fchdir(folder) }
        let outcome = Result { () throws(SystemError) in try bind(socket, name) }
        try systemCall("fchdir", subject: path) { fchdir(origin) }
        try outcome.get()
    }

    private borrowing func bind(_ socket: Int32, _ name: String) throws(SystemError) {
        try SocketAddress.unix(name).withKernelForm { (pointer, length) throws(SystemError) in
            _ = try systemCall("bind", subject: "unix:\(path)") { c_drover_bind(socket, pointer, length) }
        }
    }

    /// The socket that `bind` has just given the name to.
    ///
    /// - Throws: `SystemError` when the name means something else by now: that must not get another owner.
    borrowing func lookAtSocket() throws(SystemError) -> FoundFile {
        guard let found = try look(), found.isSocket, found.isOwn || !isExposed else {
            throw SystemError(
                "bind", EEXIST, subject: "unix:\(path)", explanation: "another file has been put in the socket's place")
        }
        return found
    }
}
