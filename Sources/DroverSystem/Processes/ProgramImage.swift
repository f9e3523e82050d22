import CDrover

/// How this program was started, so that it can be started again: as a new version of itself, for one.
package struct ProgramImage: Equatable, Sendable {
    /// The command line, the program's own name first.
    package let arguments: [String]
    /// The folder it was started in, by the name that the shell had for it; nil if it was gone already.
    package let directory: String?
    /// The environment it was started with, without what was meant for one process alone.
    package let environment: [String: String]

    // Addressed to a process by its id: a successor that found them would not know itself in them, or would think that
    // it is not watched.
    private static let personal = [
        "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID",
    ]

    /// A program with its command line, folder and environment.
    package init(arguments: [String], directory: String?, environment: [String: String]) {
        precondition(!arguments.isEmpty, "a program has a name")
        self.arguments = arguments
        self.directory = directory
        self.environment = environment.filter { !Self.personal.contains($0.key) }
    }

    /// This program; to be asked before it changes its folder, its environment or its title.
    package static func current() -> ProgramImage {
        let environment = ProcessEnvironment.all()
        return ProgramImage(
            arguments: CommandLine.arguments.isEmpty ? ["drover"] : CommandLine.arguments,
            directory: ProcessEnvironment.namedDirectory(in: environment), environment: environment)
    }

    /// The file to execute, found anew at each call.
    ///
    /// A name with a slash is a path, seen from the starting folder; a name without one is looked for in PATH. If the
    /// folder's name leads through a link that has been moved to a new release, the program is that release's.
    /// /proc/self/exe would not do: once a new version is in place it names the old one, deleted.
    ///
    /// - Throws: `SystemError` ENOENT or EACCES, as execvp(3) would.
    package func executable() throws(SystemError) -> String {
        let name = arguments[0]
        if name.contains("/") { return absolute(name) }
        var failure = ENOENT
        for folder in (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(
            separator: ":", omittingEmptySubsequences: false)
        {
            let path = absolute(folder.isEmpty ? "./\(name)" : "\(folder)/\(name)")
            var status = stat()
            guard stat(path, &status) == 0, c_drover_is_regular(&status) else { continue }
            if access(path, X_OK) == 0 { return path }
            failure = EACCES
        }
        throw SystemError("execve", failure, subject: name)
    }

    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory else { return path }
        return directory == "/" ? "/\(path)" : "\(directory)/\(path)"
    }
}

/// The program that the process runs, by /proc/PID/exe; nil for one that is not there or is another user's.
package func programPath(of pid: Int32) -> String? {
    linkTarget(AT_FDCWD, "/proc/\(pid)/exe").map { $0.hasSuffix(" (deleted)") ? String($0.dropLast(10)) : $0 }
}
