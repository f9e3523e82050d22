import CDrover

/// What is known about a file without reading it, stat(2).
///
/// Two that are equal are of the same file with the same content, as far as its times tell.
public struct FileStatus: Equatable, Sendable {
    /// What kind of file it is.
    public enum Kind: Sendable {
        /// A file with content.
        case regular
        /// A folder.
        case folder
        /// A device, a pipe, a socket.
        case other
    }

    /// What kind of file it is, from `st_mode`.
    public let kind: Kind
    /// The number of the device that holds the file, `st_dev`.
    public let device: UInt64
    /// The file's number on that device, `st_ino`; free for another file once this one is gone.
    public let inode: UInt64
    /// How many bytes the content has, `st_size`.
    public let size: Int
    /// The seconds since 1970 of the last change of the content, `st_mtim`; its owner may set it.
    public let modified: Int64
    /// The nanoseconds that belong to ``modified``, 0 to 999,999,999.
    public let modifiedNanoseconds: Int64
    /// The seconds since 1970 of the last change of anything, permissions and names included: `st_ctim`, which cannot be set.
    public let changed: Int64
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
    ///
    /// - Throws: `SystemError` when there is none, or when this process may not pass the folders before it.
    public init(path: String) throws(SystemError) {
        var status = stat()
        try systemCall("stat", subject: path) { stat(path, &status) }
        self.init(status)
    }

    /// Whether it is of the same file as `other`, whatever happened to its content.
    public func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }
}
