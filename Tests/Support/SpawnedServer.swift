public import Glibc

/// A server that runs as a process of its own, as a user would start it, in a temporary directory.
///
/// Its log goes to a file there; lines of it are what tests wait for. Whatever is left of it at the end is killed.
public final class SpawnedServer: Sendable {
    private let program: TestProgram

    /// The folder that the test was built into, where the executables are too.
    public static var products: String { TestProgram.products }

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
        let limiting = limit.map { "ulimit -n \($0) && " } ?? ""
        let passing = sockets.isEmpty ? "" : "export LISTEN_PID=$$ LISTEN_FDS=\(sockets.count) && "
        // The shell does what posix_spawn(3) cannot, and then becomes the server.
        let words = ["/bin/sh", "-c", "\(limiting)\(passing)exec \"$0\" \"$@\"", path] + arguments
        let isPlain = limit == nil && sockets.isEmpty
        program = TestProgram(
            isPlain ? path : words[0], isPlain ? arguments : Array(words.dropFirst()), environment: environment,
            in: directory, sockets: sockets)
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

    // MARK: Its log

    /// Everything it has logged so far.
    public var log: String { program.log }
    /// Everything it has printed so far.
    public var output: String { program.output }

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

    /// The arbiter's process id.
    public var pid: pid_t { program.pid }
    /// Where it runs.
    public var directory: TemporaryDirectory { program.directory }

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
    public var workers: [pid_t] { program.children }

    /// Whether a process lives; a zombie does not.
    public static func isAlive(_ pid: pid_t) -> Bool {
        guard let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    /// Sends a signal to the arbiter.
    public func signal(_ number: Int32) {
        program.signal(number)
    }

    /// Waits for the arbiter's end and returns its exit code, or minus the signal that ended it; nil when it goes on.
    public func waitForExit(within seconds: Double = 20) -> Int32? {
        eventually(within: seconds) { program.exitStatus != nil }
        return program.exitStatus
    }

    /// Stops it gracefully and returns its exit code.
    public func stop() -> Int32? {
        signal(SIGTERM)
        return waitForExit()
    }
}
