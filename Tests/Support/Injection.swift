public import Glibc

/// strace(1), which makes system calls of a running process fail, as long as it lives.
///
/// What the process starts meanwhile is traced too, and counts its own calls.
public final class Injection {
    private static let program = "/usr/bin/strace"
    private let strace: SpawnedServer

    /// Why no call can be made to fail here; nil when it can.
    public static let obstacle: String? = {
        guard access(program, X_OK) == 0 else { return "strace is not installed" }
        let sleeper = SpawnedServer(path: "/bin/sleep", ["60"])
        let trial = Injection("read", error: "EINTR", into: sleeper.pid)
        return trial.isAttached ? nil : "strace may not trace here: \(trial.strace.log)"
    }()

    /// Calls that fail.
    public struct Fault: Sendable {
        fileprivate let calls: String
        fileprivate let error: String
        fileprivate let when: String

        /// - Parameters:
        ///   - calls: The calls, strace's names with commas between them.
        ///   - error: The error's name.
        ///   - when: Which of a process's calls, as strace's `when=`: `2`, `1..3`, `1+`.
        public init(_ calls: String, error: String, when: String = "1+") {
            self.calls = calls
            self.error = error
            self.when = when
        }

        fileprivate var text: String { "inject=\(calls):error=\(error):when=\(when)" }
    }

    /// Makes calls of the process `pid` fail; see `Fault`.
    public convenience init(_ calls: String, error: String, when: String = "1+", into pid: pid_t) {
        self.init([Fault(calls, error: error, when: when)], into: pid)
    }

    /// Makes calls of the process `pid` fail as `faults` say.
    public init(_ faults: [Fault], into pid: pid_t) {
        let calls = faults.map(\.calls).joined(separator: ",")
        strace = SpawnedServer(
            path: Self.program,
            ["-f", "-p", "\(pid)", "-o", "trace", "-e", "trace=\(calls)"] + faults.flatMap { ["-e", $0.text] })
        _ = eventually { isAttached || !SpawnedServer.isAlive(strace.pid) }
    }

    deinit { end() }

    /// Starts `executable` with each of `calls` failing once in the first process.
    public static func start(
        _ executable: String, _ arguments: [String], _ calls: String, error: String, in directory: TemporaryDirectory
    ) -> SpawnedServer {
        SpawnedServer(
            path: program,
            ["-o", "/dev/null", "-e", "trace=\(calls)", "-e", Fault(calls, error: error, when: "1").text]
                + ["\(SpawnedServer.products)/\(executable)"] + arguments, in: directory)
    }

    /// Whether calls fail from now on.
    public var isAttached: Bool { strace.log.contains(" attached") }

    /// How many calls have been made to fail.
    public var count: Int {
        strace.directory.read("trace").split(separator: "\n").count { $0.hasSuffix("(INJECTED)") }
    }

    /// Lets calls succeed again.
    public func end() {
        strace.signal(SIGINT)
        _ = strace.waitForExit()
    }
}
