import CDrover

/// A file that is open for reading, closed with its last reference.
public final class OpenFile: Sendable {
    /// The descriptor, for `Connection.sendFile`.
    public let descriptor: Descriptor
    /// What was known about the file when it was opened.
    public let status: FileStatus

    package init(_ descriptor: consuming Descriptor) throws(SystemError) {
        status = try FileStatus(of: descriptor.raw)
        self.descriptor = descriptor
    }

    /// Opens what is at `path`, links followed; open(2).
    ///
    /// A pipe is opened without waiting for its writer.
    ///
    /// - Throws: `SystemError` of open(2) or fstat(2).
    public convenience init(path: String) throws(SystemError) {
        let raw = try systemCall("open", subject: path) {
            c_drover_open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0)
        }
        try self.init(Descriptor(owning: raw))
    }

    /// Opens the regular file at `path`, links followed; open(2).
    ///
    /// - Throws: `SystemError` of open(2) or fstat(2), EISDIR for a folder, ENXIO for a device, a pipe or a socket.
    public convenience init(regularAt path: String) throws(SystemError) {
        try self.init(path: path)
        switch status.kind {
        case .regular: break
        case .folder: throw SystemError("open", EISDIR, subject: path)
        case .other: throw SystemError("open", ENXIO, subject: path)
        }
    }

    /// Whether it belongs to the user that this process acts as.
    package var isOwn: Bool {
        var status = stat()
        return fstat(descriptor.raw, &status) == 0 && status.st_uid == geteuid()
    }

    /// The file's first `count` bytes, fewer if it ends before; pread(2).
    ///
    /// - Throws: `SystemError` of pread(2).
    public func read(first count: Int) throws(SystemError) -> [UInt8] {
        try read(from: 0, count: count)
    }

    /// Up to `count` bytes from `offset` on, fewer where the file ends before; pread(2).
    ///
    /// It waits for the disk.
    ///
    /// - Throws: `SystemError` of pread(2): EISDIR for a folder, ESPIPE for a pipe.
    public func read(from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        let raw = descriptor.raw
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(raw, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if got > 0 {
                    filled += got
                    continue
                }
                failure = got < 0 ? lastErrorNumber : 0
                if failure != EINTR { return }
            }
        }
        if failure != 0, failure != EINTR { throw SystemError("pread", failure) }
        return bytes
    }
}
