internal import DroverSystem

/// The file that tells others which process is the arbiter.
package struct PIDFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Somebody else is the arbiter.
    package struct Taken: Error, Equatable, CustomStringConvertible {
        let path: String
        let pid: Int32

        package var description: String {
            "the pid file \(path) names process \(pid), which is alive: a server already runs there; stop it with "
                + "'kill \(pid)' or choose another --pid"
        }
    }

    /// Writes this process's id, unless the file names another one that lives.
    ///
    /// - Returns: the dead process's id when the file was left over.
    /// - Throws: `Taken`, or `SystemError` when the file cannot be written.
    @discardableResult
    package func write() throws -> Int32? {
        let previous = content
        if let previous, previous != currentProcess, processExists(previous) { throw Taken(path: path, pid: previous) }
        try replaceFile(path, with: "\(currentProcess)\n")
        return previous == currentProcess ? nil : previous
    }

    /// Removes the file if it is still ours.
    package func remove() {
        if content == currentProcess { try? removeFile(path) }
    }

    private var content: Int32? {
        guard let text = try? readSmallFile(path) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).first.flatMap { Int32($0) }
    }
}
