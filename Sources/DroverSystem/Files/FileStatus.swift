import CDrover

/// What is known about a file without reading it, stat(2); two that are equal are of the same file with the same content.
package struct FileStatus: Equatable, Sendable {
    /// What kind of file it is.
    package enum Kind: Sendable {
        /// One with content.
        case regular
        /// One with other files.
        case folder
        /// A device, a pipe, a socket.
        case other
    }

    package let kind: Kind
    package let device: UInt64
    package let inode: UInt64
    package let size: Int
    /// Seconds since 1970 of the last change of the content.
    package let modified: Int64
    /// The nanoseconds that belong to them.
    package let modifiedNanoseconds: Int64
    /// Seconds since 1970 of the last change of anything, permissions and names included; nobody can set it back.
    package let changed: Int64
    private let changedNanoseconds: Int64

    init(_ status: stat) {
        var status = status
        kind = c_drover_is_regular(&status) ? .regular : c_drover_is_folder(&status) ? .folder : .other
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = Int64(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec)
        changedNanoseconds = Int64(status.st_ctim.tv_nsec)
    }

    /// The status of an open file; fstat(2).
    init(of raw: Int32) throws(SystemError) {
        var status = stat()
        try systemCall("fstat") { fstat(raw, &status) }
        self.init(status)
    }

    /// The status of the file at `path`, or of what a link there leads to; stat(2).
    package init(path: String) throws(SystemError) {
        var status = stat()
        try systemCall("stat", subject: path) { stat(path, &status) }
        self.init(status)
    }

    /// Whether it is the same file, whatever happened to its content.
    package func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }
}
