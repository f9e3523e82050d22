import CDrover

/// What a name in a folder means, held so that it stays this file whatever becomes of the name; O_PATH in open(2).
package struct FoundFile: ~Copyable, Sendable {
    private let path: String
    let descriptor: Descriptor
    private let status: stat

    init(_ descriptor: consuming Descriptor, path: String) throws(SystemError) {
        var status = stat()
        let raw = descriptor.raw
        try systemCall("fstat", subject: path) { fstat(raw, &status) }
        self.path = path
        self.status = status
        self.descriptor = descriptor
    }

    package var identity: FileIdentity { FileIdentity(status) }

    var isSocket: Bool {
        var status = status
        return c_drover_is_socket(&status)
    }

    /// Whether it is a folder that this process's user has for itself.
    var isPrivateFolder: Bool {
        var status = status
        return c_drover_is_folder(&status) && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }

    /// Whether it belongs to this process's user and has one name only.
    ///
    /// A file that another user has put in the place of one of this process's belongs to that user, or has a second name.
    var isOwn: Bool { status.st_uid == geteuid() && status.st_nlink == 1 }

    /// Its path, for calls that take a path and no descriptor; proc(5).
    var handle: String { "/proc/self/fd/\(descriptor.raw)" }

    /// Changes permissions, whatever the file mode mask is, and owner; chmod(2), fchownat(2).
    borrowing func become(mode: UInt32, owner: Credentials?) throws(SystemError) {
        let (raw, handle) = (descriptor.raw, handle)
        try systemCall("chmod", subject: path) { chmod(handle, mode) }
        guard let owner else { return }
        try systemCall("chown", subject: path) { c_drover_give(raw, owner.user, owner.group) }
    }
}
