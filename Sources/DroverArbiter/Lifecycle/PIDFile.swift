package import DroverSystem

/// The file that names the arbiter's process, with a lock that says that this process still is the arbiter.
///
/// The lock counts, not the number: after a restart of the machine or of a container the number means another process.
/// The lock belongs to the open file, so it follows the file to another name. Forked children close the descriptor.
package final class PIDFile {
    /// Its name once no elder is left.
    package let finalPath: String
    /// Its name now: an arbiter that is about to replace another writes beside the other's.
    private var path: String
    private var file: OpenFile?

    package init(path: String, besideElder: Bool = false) {
        finalPath = path
        self.path = besideElder ? path + ArbiterLoop.besideElder : path
    }

    /// A server that runs has the lock.
    package struct Taken: Error, Equatable, CustomStringConvertible {
        let path: String
        /// What the file says.
        let pid: Int32?
        /// The program that the process `pid` runs; nil when the process cannot have the lock, or its program cannot be
        /// told.
        let program: String?

        package var description: String {
            guard let pid, let program else {
                let name = pid.map { ", which calls itself process \($0)" } ?? ""
                return "the pid file \(path) is locked by a server that runs\(name); stop it or choose another --pid"
            }
            return "the pid file \(path) is locked by process \(pid) (\(program)): a server already runs there; stop "
                + "it with 'kill \(pid)' or choose another --pid"
        }
    }

    /// How writing the file went.
    package struct Outcome {
        /// The process that the file of an earlier server names.
        package var stale: Int32?
        /// Why there is no lock: not every file system has any.
        package var lockFailure: SystemError?
    }

    /// Writes this process's id, unless a running server has the file.
    ///
    /// - Throws: `Taken`, or `SystemError` when the file cannot be written.
    @discardableResult
    package func write() throws -> Outcome {
        var outcome = Outcome()
        if let previous = try FilePlace(path).openRegular() {
            let pid = Self.number(in: previous)
            // Another user's file says nothing about a server of this user's.
            if previous.isOwn, FileLock.isTaken(previous.descriptor.raw) {
                throw Taken(path: path, pid: pid, program: pid.flatMap(Self.program))
            }
            outcome.stale = pid == currentProcess ? nil : pid
        }
        // The lock comes before the name: a process that finds the file finds it locked.
        let written = try replaceFile(path, with: "\(currentProcess)\n") { (raw) throws(SystemError) in
            do throws(SystemError) { try FileLock.take(raw) } catch { outcome.lockFailure = error }
        }
        file = try OpenFile(written)
        return outcome
    }

    /// The descriptor that keeps the lock; forked children close it.
    package var descriptors: [Int32] { file.map { [$0.descriptor.raw] } ?? [] }

    /// Takes the proper name, now that the elder has gone.
    ///
    /// - Throws: `SystemError` when the file cannot be renamed.
    package func promote() throws(SystemError) {
        guard path != finalPath else { return }
        try renameFile(path, to: finalPath)
        path = finalPath
    }

    /// Removes the file if the name is still ours.
    package func remove() {
        if let file, FileIdentity(path: path) == FileIdentity(of: file.descriptor.raw) { try? removeFile(path) }
        file = nil
    }

    private static func number(in file: OpenFile) -> Int32? {
        guard let bytes = try? file.read(first: 64) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.flatMap { Int32($0) }
    }

    // The number may come from another container, where it means another process than here.
    private static func program(of pid: Int32) -> String? {
        guard pid != currentProcess, let program = programPath(of: pid), let own = programPath(of: currentProcess),
            program.split(separator: "/").last == own.split(separator: "/").last
        else { return nil }
        return program
    }
}
