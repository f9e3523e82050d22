import CDrover

/// Which file a name means, whatever it is called: device and inode, stat(2).
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt

    /// The file at `path` itself, also if it is a link; nil when there is none.
    package init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}

/// Gives the file at `old` the name `new`, in the place of what had it; rename(2).
package func renameFile(_ old: String, to new: String) throws(SystemError) {
    try systemCall("rename", subject: new) { rename(old, new) }
}

/// Makes sure that `path` is a folder of this user's that nobody else may enter; mkdir(2) with mode 0700.
///
/// - Throws: `SystemError`, also when a folder is there that belongs to somebody else or is open to others.
package func requirePrivateDirectory(_ path: String) throws(SystemError) {
    do {
        try systemCall("mkdir", subject: path) { mkdir(path, 0o700) }
    } catch  where error.code == EEXIST {
        var status = stat()
        try systemCall("lstat", subject: path) { lstat(path, &status) }
        let isDirectory = status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
        guard isDirectory, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw SystemError("mkdir", EEXIST, subject: "\(path), and it is not a folder of this user's alone (0700)")
        }
    }
}
