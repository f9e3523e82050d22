package import DroverSystem

/// Where log lines go: a file that is opened again on demand, or standard error.
///
/// One line is one write(2), so lines of arbiter and workers never mix.
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
        lock.withLock { if !file.append(lines) { dropCount += lines.lineCount } }
    }

    /// Opens the file by its name again, after somebody has renamed it; a standard stream is taken as it is by now.
    ///
    /// It keeps the old one if that fails.
    package func reopen() throws(SystemError) {
        try lock.withLock { () throws(SystemError) in
            file =
                if let path { try AppendFile(path: path, owner: owner) } else {
                    try AppendFile(duplicating: standard)
                }
        }
    }
}
