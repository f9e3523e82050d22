import DroverTesting
import Glibc
import Testing

/// The built server as a process on a free port, and curl as its client.
struct JobServer {
    private let process: TestProgram
    private let port: Substring

    /// Starts it with so many workers, each of which needs so much memory for a request.
    init(workers: Int = 1, memory: String) async throws {
        let folder = TemporaryDirectory()
        folder.write("drover.yaml", Self.configuration(workers, memory))
        let process = TestProgram("\(TestProgram.products)/jobs", in: folder)
        try await eventually { process.log.split(separator: "event=worker_ready").count > workers }
        let listening = process.log.split(separator: " ").first { $0.hasPrefix("address=127.0.0.1:") }
        port = try #require(listening).split(separator: ":")[1]
        self.process = process
    }

    private static func configuration(_ workers: Int, _ memory: String) -> String {
        """
        bind: "127.0.0.1:0"
        workers: \(workers)
        worker_class: jobs
        control_socket: control
        jobs:
          min_available: \(memory)

        """
    }

    /// Puts another amount of memory into force.
    func reload(workers: Int = 1, memory: String) async throws {
        process.directory.write("drover.yaml", Self.configuration(workers, memory))
        _ = try await control("reload")
    }

    /// A client that asks for a path and has been let into the queue of the listener when this returns.
    func get(_ path: String) async throws -> TestProgram {
        let folder = TemporaryDirectory()
        let client = TestProgram(
            "/usr/bin/curl",
            ["--silent", "--verbose", "--fail", "--max-time", "60", "http://127.0.0.1:\(port)/\(path)"],
            in: folder)
        // Verbose, curl says what it has sent.
        try await eventually { client.log.contains("> GET") }
        return client
    }

    /// What a client was answered.
    func answer(_ client: TestProgram) async throws -> String {
        try await eventually { client.exitStatus != nil }
        #expect(client.exitStatus == 0, "\(client.log)")
        return client.output
    }

    /// What `jobs ctl workers --json` says.
    func workers() async throws -> String { try await control("workers", "--json") }

    /// Waits until each of the workers says so of itself.
    func expect(_ words: String, of count: Int = 1) async throws {
        try await eventually { try await workers().components(of: words) == count }
    }

    private func control(_ words: String...) async throws -> String {
        let program = TestProgram(
            "\(TestProgram.products)/jobs", ["ctl"] + words + ["--socket", "\(process.directory.path)/control"])
        try await eventually { program.exitStatus != nil }
        try #require(program.exitStatus == 0, "\(program.log)")
        return program.output
    }

    /// Asks it to stop when it has finished what it has.
    func terminate() { process.signal(SIGTERM) }

    /// Waits for its end.
    func end() async throws -> Int32? {
        try await eventually { process.exitStatus != nil }
        return process.exitStatus
    }

    /// Lines of its log.
    func lines(_ text: String) -> [Substring] { process.log.split(separator: "\n").filter { $0.contains(text) } }
}

/// Looks again and again until `condition` holds, for a minute.
func eventually(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it has not come to that within a minute")
    throw CancellationError()
}

extension String {
    /// How often `words` stand in it.
    func components(of words: String) -> Int { split(separator: words, omittingEmptySubsequences: false).count - 1 }
}
