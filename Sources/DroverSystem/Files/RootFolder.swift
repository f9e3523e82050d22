import CDrover

/// A folder whose files are opened by paths that peers wrote: no path leads out of it.
///
/// The kernel sees to that itself, openat2(2) with RESOLVE_BENEATH: neither `..`, nor an absolute path, nor a link, nor a
/// folder that is moved meanwhile leads out; links that stay within are followed. Where the kernel has no such
/// call, or a sandbox forbids it, the path is walked name by name, and no link is followed at all.
public final class RootFolder: Sendable {
    /// The folder's path, as it was given.
    public let path: String
    /// Whether paths are walked name by name, so that links are not followed.
    public let isWalked: Bool
    /// What was known about the folder when it was opened.
    public let status: FileStatus
    private let descriptor: Descriptor

    // The kernel gives up when folders are renamed while it looks; the next look is as good as the first.
    private static let attempts = 8

    /// Opens the folder at `path`, which follows links as any path does.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - walked: Whether to walk name by name, and so to follow no link below it, although the kernel could do better.
    /// - Throws: `SystemError` of open(2) or fstat(2): ENOENT when there is nothing, ENOTDIR when it is no folder.
    public init(path: String, walked: Bool = false) throws(SystemError) {
        self.path = path
        let raw = try systemCall("open", subject: path) { c_drover_open_folder(path) }
        let folder = Descriptor(owning: raw)
        status = try FileStatus(of: folder.raw)
        isWalked = walked || !Self.kernelKnowsHow(folder.raw)
        descriptor = folder
    }

    private static func kernelKnowsHow(_ folder: Int32) -> Bool {
        do {
            let raw = try systemCall("openat2") { c_drover_open_beneath(folder, ".") }
            _ = Descriptor(owning: raw)
            return true
        } catch {
            // A folder that may be passed but not listed is fine; sandboxes of old answer EPERM to what they do not know.
            return error.code != ENOSYS && error.code != EPERM
        }
    }

    /// Opens the file at `path`, which is relative and has no empty names and no `.` or `..`.
    ///
    /// A path with `.` or `..`, an empty one and an absolute one are the caller's to refuse: they name a file twice, or none.
    ///
    /// - Throws: `SystemError` of openat2(2): ENOENT or ENOTDIR when there is nothing, EXDEV or ELOOP when a link leads
    ///   elsewhere, EACCES when the file may not be read, EINVAL when the path holds a zero byte.
    public func open(_ path: RawSpan) throws(SystemError) -> OpenFile {
        let root = descriptor.raw
        let raw: Int32 =
            if isWalked { try walk(path) } else {
                try withName(path) { (name) throws(SystemError) in
                    var attempt = 0
                    while true {
                        attempt += 1
                        do throws(SystemError) {
                            return try systemCall("openat2") { c_drover_open_beneath(root, name) }
                        } catch {
                            guard error.code == EAGAIN, attempt < Self.attempts else { throw error }
                        }
                    }
                }
            }
        return try OpenFile(Descriptor(owning: raw))
    }

    /// What is at `path` now, for a comparison with what was opened there before; fstatat(2).
    ///
    /// It follows links to wherever they lead, so it is no answer to a peer.
    ///
    /// - Throws: `SystemError` of fstatat(2).
    public func status(of path: RawSpan) throws(SystemError) -> FileStatus {
        let root = descriptor.raw
        return try withName(path) { (name) throws(SystemError) in
            var status = stat()
            try systemCall("fstatat") { fstatat(root, name, &status, 0) }
            return FileStatus(status)
        }
    }

    private func walk(_ path: RawSpan) throws(SystemError) -> Int32 {
        var folder: OwnedFolder?
        var start = 0
        while true {
            var end = start
            while end < path.byteCount, path.unsafeLoad(fromByteOffset: end, as: UInt8.self) != 0x2F { end += 1 }
            let current = folder?.descriptor.raw ?? descriptor.raw
            let isLast = end == path.byteCount
            let raw = try withName(path.extracting(start..<end)) { (name) throws(SystemError) in
                try systemCall("openat") {
                    isLast ? c_drover_open_unlinked(current, name) : c_drover_enter_folder(current, name)
                }
            }
            if isLast { return raw }
            folder = OwnedFolder(descriptor: Descriptor(owning: raw))
            start = end + 1
        }
    }

    // An optional descriptor cannot be borrowed; one that a class holds can.
    private final class OwnedFolder {
        let descriptor: Descriptor

        init(descriptor: consuming Descriptor) {
            self.descriptor = descriptor
        }
    }

    /// Calls `body` with `path` as the kernel wants it, with a zero at its end.
    private func withName<R>(
        _ path: RawSpan, _ body: (UnsafePointer<CChar>) throws(SystemError) -> R
    ) throws(SystemError) -> R {
        guard path.byteCount < PATH_MAX else { throw SystemError("openat2", ENAMETOOLONG) }
        var name = [CChar](repeating: 0, count: path.byteCount + 1)
        for offset in path.byteOffsets {
            let byte = path.unsafeLoad(fromByteOffset: offset, as: CChar.self)
            // It would end the name before its end.
            guard byte != 0 else { throw SystemError("openat2", EINVAL) }
            name[offset] = byte
        }
        var outcome: Result<R, SystemError>?
        name.withUnsafeBufferPointer { buffer in
            do throws(SystemError) { outcome = .success(try body(buffer.baseAddress!)) } catch {
                outcome = .failure(error)
            }
        }
        return try outcome!.get()
    }
}
