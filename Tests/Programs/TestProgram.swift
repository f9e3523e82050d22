import Glibc

import struct Synchronization.Mutex

/// A program that runs beside a test: a server that is tested, or one that this server talks to.
///
/// The program runs in a folder of the test's own, with a clean slate: no signal blocked or ignored, no variables but
/// `PATH`, `HOME` and those given, no input. When the last reference goes, the program and its children are killed.
public final class TestProgram: Sendable {
    /// The process id.
    public let pid: Int32
    /// Where the program runs, and where its files `stdout` and `stderr` are.
    public let directory: TemporaryDirectory
    private let status = Mutex<Int32?>(nil)

    /// The folder that the test was built into, where the executables of its package are too.
    public static let products: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        let path = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
    }()

    /// Starts the program at `path`.
    ///
    /// - Parameters:
    ///   - path: Where the program is.
    ///   - arguments: What follows its name on the command line.
    ///   - environment: Further variables.
    ///   - directory: Where it runs.
    ///   - sockets: Descriptors that the program gets as 3, 4 and so on.
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:],
        in directory: TemporaryDirectory = TemporaryDirectory(), sockets: [Int32] = []
    ) {
        self.directory = directory
        let variables = ["PATH=/usr/bin:/bin", "HOME=/tmp"] + environment.map { "\($0.key)=\($0.value)" }
        // The shell goes to the folder, and then becomes the program.
        let words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.path, path] + arguments
        pid = Self.spawn(words, variables, directory.path, sockets)
    }

    private static func spawn(
        _ words: [String], _ variables: [String], _ directory: String, _ sockets: [Int32]
    ) -> Int32 {
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
        guard exitStatus == nil else { return }
        for child in children { kill(child, SIGKILL) }
        kill(pid, SIGKILL)
        var ignored: Int32 = 0
        waitpid(pid, &ignored, 0)
    }

    /// What the program has printed so far.
    public var output: String { directory.read("stdout") }
    /// What the program has written to its standard error so far, which is a server's log.
    public var log: String { directory.read("stderr") }

    /// The process ids of the program's living children.
    public var children: [Int32] {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/task/\(pid)/children") ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    /// Sends a signal to the program, unless that has ended.
    public func signal(_ number: Int32) {
        if exitStatus == nil { kill(pid, number) }
    }

    /// The exit code, or minus the signal that ended the program; nil while it runs.
    public var exitStatus: Int32? {
        status.withLock { status in
            var raw: Int32 = 0
            guard status == nil, waitpid(pid, &raw, WNOHANG) == pid else { return status }
            status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : -(raw & 0x7F)
            return status
        }
    }
}
