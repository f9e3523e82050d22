package import DroverSystem

/// The file that tells others which process is the arbiter.
package struct PIDFile: Sendable {
    /// Its name once no elder is left.
    package let finalPath: String
    /// Its name now: an arbiter that is about to replace another writes beside the other's.
    private var path: String

    package init(path: String, besideElder: Bool = false) {
        finalPath = path
        self.path = besideElder ? path + ArbiterLoop.besideElder : path
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

    /// Takes the proper name, now that the elder has gone.
    ///
    /// - Throws: `SystemError` when the file cannot be renamed.
    package mutating func promote() throws(SystemError) {
        guard path != finalPath else { return }
        try renameFile(path, to: finalPath)
        path = finalPath
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
