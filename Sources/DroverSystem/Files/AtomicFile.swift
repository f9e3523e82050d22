import CDrover

/// Makes `path` hold `text` in one step: a reader sees the old content or the new, never half.
///
/// See rename(2).
package func replaceFile(_ path: String, with text: String, mode: UInt32 = 0o644) throws(SystemError) {
    let draft = "\(path).\(getpid()).new"
    do throws(SystemError) {
        let file = Descriptor(
            owning: try systemCall("open", subject: draft) {
                c_drover_open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
            })
        let raw = file.raw
        var content = text
        let written = content.withUTF8 { CDrover.write(raw, $0.baseAddress, $0.count) }
        guard written == text.utf8.count else { throw SystemError.last("write", subject: draft) }
        try systemCall("rename", subject: path) { rename(draft, path) }
    } catch {
        _ = unlink(draft)
        throw error
    }
}

/// Removes the name `path`; a name that is gone already is fine.
///
/// See unlink(2).
package func removeFile(_ path: String) throws(SystemError) {
    do {
        try systemCall("unlink", subject: path) { unlink(path) }
    } catch  where error.code == ENOENT {}
}
