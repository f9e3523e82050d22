import CDrover

/// A file that lines are appended to, one write(2) each, so that lines of several processes never mix.
///
/// O_APPEND makes each write atomic with regard to its position, open(2); a pipe does the same up to 4096 bytes, pipe(7).
package struct AppendFile: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Opens or makes the file at `path` with mode 0644, and gives it to `owner`, who may have to open it again.
    package init(path: String, owner: Credentials? = nil) throws(SystemError) {
        let file = Descriptor(
            owning: try systemCall("open", subject: path) {
                c_drover_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
            })
        // Refused to whoever is not root, and then it is theirs already.
        if let owner { _ = fchown(file.raw, owner.user, owner.group) }
        descriptor = file
    }

    /// Appends to a descriptor that is open already, such as standard error.
    package init(duplicating raw: Int32) throws(SystemError) {
        descriptor = Descriptor(owning: try systemCall("fcntl") { c_drover_dup_cloexec(raw) })
    }

    /// Writes `bytes` at the end; what the disk refuses is lost, as there is nowhere left to complain.
    ///
    /// - Returns: Whether all of it was written.
    package borrowing func append(_ bytes: [UInt8]) -> Bool {
        let raw = descriptor.raw
        return bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = CDrover.write(raw, buffer.baseAddress! + offset, buffer.count - offset)
                if count < 0, lastErrorNumber == EINTR { continue }
                if count <= 0 { return false }
                offset += count
            }
            return true
        }
    }
}
