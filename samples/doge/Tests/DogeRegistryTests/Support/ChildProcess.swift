import Glibc

/// A program that runs beside the test, and not longer.
final class ChildProcess: @unchecked Sendable {
    let pid: pid_t
    private var status: Int32?

    /// Starts `words[0]`, whose output goes to the file `log`.
    init(_ words: [String], log: String, in folder: String) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // The shell goes to the folder, and then becomes the program.
        let going = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder] + words
        let arguments: [UnsafeMutablePointer<CChar>?] = going.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), strdup("HOME=/tmp"), nil]
        var pid: pid_t = 0
        let result = posix_spawn(&pid, going[0], &actions, &attributes, arguments, variables)
        for pointer in arguments + variables { free(pointer) }
        precondition(result == 0, "cannot start \(words[0]): \(String(cString: strerror(result)))")
        self.pid = pid
    }

    func signal(_ number: Int32) {
        if status == nil { kill(pid, number) }
    }

    /// Its exit code, or minus the signal that ended it; nil when it goes on.
    func end(within seconds: Double = 15) async -> Int32? {
        _ = await eventually(within: seconds) { self.reap() }
        return status
    }

    private func reap() -> Bool {
        if status != nil { return true }
        var raw: Int32 = 0
        guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
        status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : -(raw & 0x7F)
        return true
    }

    deinit {
        guard !reap() else { return }
        for child in Self.children(of: pid) { kill(child, SIGKILL) }
        kill(pid, SIGKILL)
        var raw: Int32 = 0
        waitpid(pid, &raw, 0)
    }

    static func children(of pid: pid_t) -> [pid_t] {
        Folder.content("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { pid_t($0) }
    }
}
