import CDrover

extension FilePlace {
    // A name that comes and goes between two looks is another process's game, so the attempts have an end.
    private static let attempts = 8
    // Nothing that is opened by name may keep the process waiting: the open file is ours alone.
    private static let appending = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK

    /// Opens the file for appending lines, or makes it with mode 0644 and gives it to `owner`, whose workers may have to
    /// open it again.
    ///
    /// Only what this call has made changes its owner. What is there already in a folder that others may write to is
    /// opened with the rights of `owner`. A pipe, a terminal or another device never blocks: O_NONBLOCK.
    ///
    /// - Throws: `SystemError` that says whose rights did not suffice, or that root does not follow a link there.
    borrowing func openForAppending(owner: Credentials?) throws(SystemError) -> Descriptor {
        guard Self.isRoot else { return try open(Self.appending | O_CREAT, as: nil) }
        let guest = isExposed && owner?.user != 0 ? owner : nil
        for _ in 0..<Self.attempts {
            do throws(SystemError) {
                return try open(Self.appending | O_NOFOLLOW, as: guest)
            } catch {
                if error.code == ELOOP { throw refused(ELOOP, "it is a link, which root does not follow there") }
                guard error.code == ENOENT else { throw error }
            }
            guard let file = try make(O_APPEND, mode: 0o644) else { continue }
            // Some file systems have one owner for all, and a container's root may not be allowed to.
            if let owner { _ = fchown(file.raw, owner.user, owner.group) }
            return file
        }
        throw SystemError("open", EBUSY, subject: path)
    }

    /// Opens the file for reading, if it is a regular one that may be read; a link is none.
    package borrowing func openRegular() throws(SystemError) -> OpenFile? {
        let (folder, name) = (folder.raw, name)
        do throws(SystemError) {
            let raw = try systemCall("open", subject: path) { c_drover_open_unlinked(folder, name) }
            let file = try OpenFile(Descriptor(owning: raw))
            return file.status.kind == .regular ? file : nil
        } catch {
            guard [ENOENT, ELOOP, ENXIO, EACCES].contains(error.code) else { throw error }
            return nil
        }
    }

    /// Makes an empty file for writing; nil when the name is taken, be it by a link that leads nowhere.
    borrowing func make(_ flags: Int32, mode: UInt32) throws(SystemError) -> Descriptor? {
        let (folder, name) = (folder.raw, name)
        let flags = flags | O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        do throws(SystemError) {
            let raw = try systemCall("open", subject: path) { c_drover_open_at(folder, name, flags, mode) }
            return Descriptor(owning: raw)
        } catch {
            guard error.code == EEXIST else { throw error }
            return nil
        }
    }

    private borrowing func open(_ flags: Int32, as owner: Credentials?) throws(SystemError) -> Descriptor {
        let (folder, name) = (folder.raw, name)
        let subject = owner.map { "\(path) as \($0)" } ?? path
        func attempt(_ flags: Int32) throws(SystemError) -> Int32 {
            try systemCall("open", subject: subject) {
                if let owner { return c_drover_open_as(folder, name, flags, owner.user, owner.group, owner.name) }
                return c_drover_open_at(folder, name, flags, 0o644)
            }
        }
        let file: Descriptor
        do throws(SystemError) {
            file = Descriptor(owning: try attempt(flags))
        } catch {
            guard error.code == ENXIO else { throw error }
            // ENXIO: the pipe has no reader. It is opened all the same and kept for a reader that comes.
            file = Descriptor(owning: try attempt(flags & ~(O_WRONLY | O_CREAT) | O_RDWR))
        }
        if isExposed, owner == nil { try requireOneName(file) }
        return file
    }

    // With no other user to act as: a second name of a file of root's is as good as a link to it.
    private borrowing func requireOneName(_ file: borrowing Descriptor) throws(SystemError) {
        var status = stat()
        let raw = file.raw
        try systemCall("fstat", subject: path) { fstat(raw, &status) }
        guard !c_drover_is_regular(&status) || status.st_nlink == 1 else {
            throw refused(EMLINK, "the file has another name as well, so others may have put it there")
        }
    }

    private borrowing func refused(_ code: Int32, _ explanation: String) -> SystemError {
        SystemError("open", code, subject: path, explanation: explanation)
    }
}
