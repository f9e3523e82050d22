package import DroverSystem

/// Where log lines go: a file that is opened again on demand, or standard error.
///
/// Lines of arbiter and workers never mix, and a reader that stalls keeps neither waiting.
package final class LogSink: LineSink {
    private let path: String?
    private let standard: Int32
    private let owner: Credentials?
    private let output: Locked<Output>

    private struct Output: ~Copyable {
        var file: AppendFile
        var dropCount = 0
        var reportedCount = 0
        var process = currentProcess

        init(_ file: consuming AppendFile) { self.file = file }
    }

    /// Opens `path` for appending; `-` is the descriptor `standard`, standard error by default.
    package init(path: String, standard: Int32 = 2, owner: Credentials? = nil) throws(SystemError) {
        let name = path == "-" ? nil : path
        self.path = name
        self.standard = standard
        self.owner = owner
        output = Locked(Output(try Self.open(name, standard, owner)))
    }

    private static func open(
        _ path: String?, _ standard: Int32, _ owner: Credentials?
    ) throws(SystemError) -> AppendFile {
        if let path { try AppendFile(path: path, owner: owner) } else { try AppendFile(duplicating: standard) }
    }

    package var dropped: Int { output.withLock { $0.dropCount } }

    /// Writes one line, which ends in a newline, or several.
    package func write(_ lines: [UInt8]) {
        output.withLock { $0.dropCount += $0.file.append(lines) }
    }

    /// Writes one line, and before it, if lines were lost, what `notice` makes of their number.
    ///
    /// So the notice stands where the lines are missing, as soon as there is room again.
    func write(_ line: [UInt8], notice: (Int) -> [UInt8]) {
        output.withLock { output in
            // The parent reports the lines that were lost before the fork.
            if output.process != currentProcess {
                output.process = currentProcess
                output.reportedCount = output.dropCount
            }
            let lost = output.dropCount - output.reportedCount
            if lost > 0, output.file.append(notice(lost)) == 0 { output.reportedCount = output.dropCount }
            output.dropCount += output.file.append(line)
        }
    }

    /// Opens the file by its name again, after it was renamed; a standard stream is taken as it is by now.
    ///
    /// It keeps the old one if that fails.
    package func reopen() throws(SystemError) {
        try output.withLock { output throws(SystemError) in
            let newer = try Self.open(path, standard, owner)
            // A worker may not open root's pipe anew; the file that it inherited is the one that the arbiter opened.
            if newer.mayWait, newer.isSameFile(as: output.file) { return }
            output.file = newer
        }
    }
}
