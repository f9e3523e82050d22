import CDrover

/// A folder to work in, held open: it stays the same one, whatever its name comes to mean.
package final class WorkingFolder: Sendable {
    /// The name by which it was found.
    package let name: String
    private let folder: Descriptor

    /// The folder that `name` means now.
    ///
    /// - Throws: `SystemError` that names chdir, the call that the folder is for.
    package init(named name: String) throws(SystemError) {
        self.name = name
        folder = Descriptor(owning: try systemCall("chdir", subject: name) { c_drover_open_folder(name) })
    }

    /// Whether both are one folder.
    package func isSame(as other: WorkingFolder) -> Bool {
        guard let own = try? FileStatus(of: folder.raw), let others = try? FileStatus(of: other.folder.raw) else {
            return false
        }
        return own.isSameFile(as: others)
    }

    /// Whether it is the one that this process works in.
    package var isCurrent: Bool {
        guard let current = try? WorkingFolder(named: ".") else { return false }
        return isSame(as: current)
    }

    /// Works in it while `body` runs; fchdir(2).
    ///
    /// - Throws: `SystemError` when it cannot be entered, and what `body` throws.
    package func during<R>(_ body: () throws -> R) throws -> R {
        let before = try WorkingFolder(named: ".")
        try enter()
        // A folder that was worked in a moment ago can be entered again.
        defer { try? before.enter() }
        return try body()
    }

    private func enter() throws(SystemError) {
        let raw = folder.raw
        try systemCall("chdir", subject: name) { fchdir(raw) }
    }
}

extension ProcessEnvironment {
    /// The working directory by the name that the shell knows it by, which may lead there through links: `PWD` in
    /// `environment`, if that means the same folder; otherwise getcwd(3).
    package static func namedDirectory(in environment: [String: String]) -> String? {
        guard let name = environment["PWD"], name.first == "/",
            !name.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }),
            let folder = try? WorkingFolder(named: name), folder.isCurrent
        else { return currentDirectory() }
        return name
    }
}
