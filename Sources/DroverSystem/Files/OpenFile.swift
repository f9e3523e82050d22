import CDrover

/// A file that is open for reading, closed when nobody holds it any more.
public final class OpenFile: Sendable {
    /// The descriptor, for `Connection.sendFile`.
    public let descriptor: Descriptor
    /// What was known about it when it was opened.
    package let status: FileStatus

    package init(_ descriptor: consuming Descriptor) throws(SystemError) {
        status = try FileStatus(of: descriptor.raw)
        self.descriptor = descriptor
    }

    /// Opens the file at `path`; open(2).
    ///
    /// A pipe is opened without waiting for whoever writes into it.
    package convenience init(path: String) throws(SystemError) {
        let raw = try systemCall("open", subject: path) {
            c_drover_open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0)
        }
        try self.init(Descriptor(owning: raw))
    }

    /// Whether it belongs to the user that this process acts as.
    package var isOwn: Bool {
        var status = stat()
        return fstat(descriptor.raw, &status) == 0 && status.st_uid == geteuid()
    }

    /// Its first `count` bytes, fewer if it ends before; pread(2).
    package func read(first count: Int) throws(SystemError) -> [UInt8] {
        try read(from: 0, count: count)
    }

    /// Up to `count` bytes from `offset` on, fewer where it ends before; pread(2).
    package func read(from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
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

extension SystemError {
    /// What reading something as a file would say that is none.
    package static func notRegular(_ status: FileStatus, _ path: String) -> SystemError {
        SystemError("open", status.kind == .folder ? EISDIR : ENXIO, subject: path)
    }
}
