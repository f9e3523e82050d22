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
    private var reportedCount = 0
    private var process = currentProcess

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

    /// Writes one line, and before it, if lines were lost, what `notice` makes of their number.
    ///
    /// So the notice stands where the lines are missing, as soon as there is room again.
    func write(_ line: [UInt8], notice: (Int) -> [UInt8]) {
        lock.withLock {
            // The parent reports the lines that were lost before the fork.
            if process != currentProcess { (process, reportedCount) = (currentProcess, dropCount) }
            let lost = dropCount - reportedCount
            if lost > 0, file.append(notice(lost)) == 0 { reportedCount = dropCount }
            dropCount += file.append(line)
        }
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
            // A worker may not open root's pipe anew; the file that it inherited is the one that the arbiter opened.
            if newer.mayWait, newer.isSameFile(as: file) { return }
            file = newer
        }
    }
}
