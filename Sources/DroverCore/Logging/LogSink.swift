package import DroverSystem

/// Where log lines go: a file that is opened again on demand, or standard error.
///
/// Lines of arbiter and workers never mix, and a reader that stalls keeps neither waiting.
package final class LogSink: LineSink, @unchecked Sendable {
    private let path: String?
    private let standard: Int32
    private let lock = Lock()
    private let owner: Credentials?
    private var file: AppendFile
    private var dropCount = 0

    /// Opens `path` for appending; `-` is the descriptor `standard`, standard error by default.
    package init(path: String, standard: Int32 = 2, owner: Credentials? = nil) throws(SystemError) {
        let name = path == "-" ? nil : path
        self.path = name
        self.standard = standard
        self.owner = owner
        file = if let name { try AppendFile(path: name, owner: owner) } else { try AppendFile(duplicating: standard) }
    }

    package var dropped: Int { lock.withLock { dropCount } }

    /// Writes one line, which ends in a newline, or several.
    package func write(_ lines: [UInt8]) {
        lock.withLock { dropCount += file.append(lines) }
    }

    /// Opens the file by its name again, after somebody has renamed it; a standard stream is taken as it is by now.
    ///
    /// It keeps the old one if that fails.
    package func reopen() throws(SystemError) {
        try lock.withLock { () throws(SystemError) in
            let newer =
                if let path { try AppendFile(path: path, owner: owner) } else {
                    try AppendFile(duplicating: standard)
                }
            // A worker may not open root's pipe anew, and has it from the arbiter that could.
            if newer.mayWait, newer.isSameFile(as: file) { return }
            file = newer
        }
    }
}
