public import Glibc

/// A server that runs as a process of its own, as a user would start it, in a temporary directory.
///
/// Its log goes to a file there; lines of it are what tests wait for. Whatever is left of it at the end is killed.
public final class SpawnedServer: @unchecked Sendable {
    /// The arbiter's process id.
    public let pid: pid_t
    /// Where it runs.
    public let directory: TemporaryDirectory
    private var status: Int32?

    /// The folder that the test was built into, where the executables are too.
    public static let products: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        let path = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
    }()

    /// Starts `executable` with `arguments`.
    ///
    /// - Parameters:
    ///   - executable: A product of this package, by name.
    ///   - arguments: What follows its name on the command line.
    ///   - environment: Variables beside the few that every process gets.
    ///   - directory: Where it runs.
    ///   - limit: RLIMIT_NOFILE, soft and hard.
    ///   - sockets: Listening sockets that it is passed as systemd would, LISTEN_FDS.
    public convenience init(
        _ executable: String = "drover-lab", _ arguments: [String], environment: [String: String] = [:],
        in directory: TemporaryDirectory = TemporaryDirectory(), descriptorLimit limit: Int? = nil,
        sockets: [Int32] = []
    ) {
        self.init(
            path: "\(Self.products)/\(executable)", arguments, environment: environment, in: directory,
            descriptorLimit: limit, sockets: sockets)
    }

    /// Starts the program at `path` with `arguments`.
    public init(
        path: String, _ arguments: [String], environment: [String: String] = [:],
        in directory: TemporaryDirectory = TemporaryDirectory(), descriptorLimit limit: Int? = nil,
        sockets: [Int32] = []
    ) {
        self.directory = directory
        // The shell does what posix_spawn(3) cannot, and then becomes the server.
        let limiting = limit.map { "ulimit -n \($0) && " } ?? ""
        let passing = sockets.isEmpty ? "" : "export LISTEN_PID=$$ LISTEN_FDS=\(sockets.count) && "
        let words =
            [
                "/bin/sh", "-c", "cd \(directory.path) && \(limiting)\(passing)exec \"$0\" \"$@\"",
                path,
            ]
            + arguments
        let variables = ["PATH=/usr/bin:/bin", "HOME=/tmp"] + environment.map { "\($0.key)=\($0.value)" }
        pid = Self.spawn(words, variables, directory.path, sockets)
    }

    /// A lab on a free port, ready to serve.
    public static func lab(
        workers: Int = 2, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> SpawnedServer {
        let server = SpawnedServer(
            "drover-lab", ["--bind", "127.0.0.1:0", "--workers", "\(workers)"] + arguments, environment: environment)
        try server.waitUntilReady(workers: workers)
        return server
    }

    private static func spawn(
        _ words: [String], _ variables: [String], _ directory: String, _ sockets: [Int32]
    ) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(directory)/stdout", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "\(directory)/stderr", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        // Out of the way of the numbers from 3 on, which they are to get.
        let copies = sockets.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { for copy in copies { close(copy) } }
        for (index, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, 3 + Int32(index))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The test process blocks and ignores signals of its own; a server expects a clean slate, and its own group.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid: pid_t = 0
        let argv = words.map { strdup($0) } + [nil]
        let envp = variables.map { strdup($0) } + [nil]
        let result = posix_spawn(&pid, words[0], &actions, &attributes, argv, envp)
        for pointer in argv + envp { free(pointer) }
        precondition(result == 0, "cannot start \(words[0]): \(String(cString: strerror(result)))")
        return pid
    }

    deinit {
        if status == nil {
            for worker in workers { kill(worker, SIGKILL) }
            kill(pid, SIGKILL)
            var ignored: Int32 = 0
            waitpid(pid, &ignored, 0)
        }
    }

    // MARK: Its log

    /// Everything it has logged so far.
    public var log: String { directory.read("stderr") }
    /// Everything it has printed so far.
    public var output: String { directory.read("stdout") }

    /// The lines of the log that contain `text`.
    public func lines(_ text: String) -> [String] {
        log.split(separator: "\n").map(String.init).filter { $0.contains(text) }
    }

    /// Waits until `count` lines contain `text`.
    ///
    /// - Throws: `Missing` with the whole log when they do not come.
    public func waitForLines(_ text: String, count: Int = 1, within seconds: Double = 20) throws {
        if !eventually(within: seconds, { lines(text).count >= count }) { throw Missing(text: text, log: log) }
    }

    /// Waits until `workers` workers have said that they are ready.
    public func waitUntilReady(workers: Int) throws {
        try waitForLines("event=worker_ready", count: workers)
    }

    /// A line that did not come.
    public struct Missing: Error, CustomStringConvertible {
        let text: String
        let log: String

        /// The line, and the log that lacks it.
        public var description: String { "no line with '\(text)' in:\n\(log)" }
    }

    // MARK: Its processes

    /// The value of `key` in a log line.
    public static func value(_ key: String, in line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    /// The port of its first listener.
    public var port: UInt16 {
        let address = lines("event=listening").first.flatMap { Self.value("address", in: $0) } ?? ""
        return address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    }

    /// The living workers' process ids.
    public var workers: [pid_t] {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/task/\(pid)/children") ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }

    /// Whether a process lives; a zombie does not.
    public static func isAlive(_ pid: pid_t) -> Bool {
        guard let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    /// Sends a signal to the arbiter.
    public func signal(_ number: Int32) {
        kill(pid, number)
    }

    /// Waits for the arbiter's end and returns its exit code, or minus the signal that ended it; nil when it goes on.
    public func waitForExit(within seconds: Double = 20) -> Int32? {
        if let status { return status }
        eventually(within: seconds) {
            var raw: Int32 = 0
            guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
            status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : -(raw & 0x7F)
            return true
        }
        return status
    }

    /// Stops it gracefully and returns its exit code.
    public func stop() -> Int32? {
        signal(SIGTERM)
        return waitForExit()
    }
}
