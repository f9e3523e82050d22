import CDrover

/// Makes `path` hold `text` in one step: a reader sees the old content or the new, never half.
///
/// See rename(2). A link of that name is replaced, not followed.
///
/// - Returns: The file, open for writing.
@discardableResult
package func replaceFile(
    _ path: String, with text: String, mode: UInt32 = 0o644, whenMade: (Int32) throws(SystemError) -> Void = { _ in }
) throws(SystemError) -> Descriptor {
    let place = try FilePlace(path)
    let draft = try place.draft()
    guard let file = try draft.make(0, mode: mode) else { throw SystemError("open", EEXIST, subject: draft.path) }
    do throws(SystemError) {
        let raw = file.raw
        try whenMade(raw)
        var content = text
        let written = content.withUTF8 { CDrover.write(raw, $0.baseAddress, $0.count) }
        guard written == text.utf8.count else { throw SystemError.last("write", subject: path) }
        try draft.rename(to: place)
    } catch {
        try? draft.remove()
        throw error
    }
    return file
}

/// Removes the name `path`; a name that is gone already is fine.
///
/// See unlink(2).
package func removeFile(_ path: String) throws(SystemError) {
    do throws(SystemError) {
        try FilePlace(path).remove()
    } catch {
        // Its folder has gone too.
        guard error.code == ENOENT else { throw error }
    }
}

/// Gives the file at `old` the name `new`, and replaces the file of that name; rename(2).
package func renameFile(_ old: String, to new: String) throws(SystemError) {
    let place = try FilePlace(new)
    try FilePlace(old).rename(to: place)
}

/// Makes sure that `path` is a folder of this user's that no other user may enter; mkdir(2) with mode 0700.
///
/// - Throws: `SystemError`, also when a folder of that name belongs to another user or is open to others.
package func requirePrivateDirectory(_ path: String) throws(SystemError) {
    let place = try FilePlace(path)
    do {
        try place.makeFolder()
    } catch  where error.code == EEXIST {
        guard let found = try place.look(), found.isPrivateFolder else {
            throw SystemError("mkdir", EEXIST, subject: "\(path), and it is not a folder of this user's alone (0700)")
        }
    }
}
