import DroverTestSupport
import Glibc
import Testing

/// A laboratory under load, whose arbiter may be another one every now and then.
final class ChaosServer {
    let server: SpawnedServer
    let variation: Variation
    let port: UInt16
    private let base: [String]
    private static let address = "bind: 127.0.0.1:0"

    /// Starts one and waits until it is ready.
    init(
        _ variation: Variation, workers: Int = 2, _ lines: [String] = [], environment: [String: String] = [:],
        descriptorLimit: Int? = nil
    ) throws {
        let directory = TemporaryDirectory()
        base =
            [
                "reuse_port: \(variation.accept == "reuseport")", "worker_class: \(variation.workerClass)",
                "pidfile: lab.pid", "workers: \(workers)",
            ] + lines
        directory.write("drover.yaml", (base + [Self.address]).joined(separator: "\n") + "\n")
        server = SpawnedServer(
            "drover-lab", [], environment: environment, in: directory, descriptorLimit: descriptorLimit)
        try server.waitUntilReady(workers: workers)
        self.variation = variation
        port = server.port
    }

    deinit {
        // Arbiters of later upgrades are nobody's child here.
        guard let arbiter, arbiter != server.pid else { return }
        for worker in workers { kill(worker, SIGKILL) }
        kill(arbiter, SIGKILL)
    }

    /// The arbiter that the pid file names.
    var arbiter: pid_t? { pid_t(server.directory.read("lab.pid").split(separator: "\n").first ?? "") }

    /// The workers of that arbiter.
    var workers: [pid_t] {
        guard let arbiter else { return [] }
        let text = TemporaryDirectory.content(of: "/proc/\(arbiter)/task/\(arbiter)/children") ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }.filter(SpawnedServer.isAlive)
    }

    func signal(_ number: Int32) {
        guard let arbiter else { return _ = Issue.record("no pid file says whom signal \(number) is for") }
        kill(arbiter, number)
    }

    /// Waits until the arbiter `elder` is gone and another one has its name in the pid file.
    ///
    /// Between the two there may be no pid file at all.
    func waitForSuccessor(of elder: pid_t) -> pid_t? {
        let isThere = eventually(within: 20) {
            if SpawnedServer.isAlive(elder) { return false }
            return arbiter.map { $0 != elder && SpawnedServer.isAlive($0) } ?? false
        }
        return isThere ? arbiter : nil
    }

    /// Changes the configuration, which nobody reads before it is told to.
    func configure(_ lines: [String]) {
        let address = lines.contains { $0.hasPrefix("bind:") } ? [] : [Self.address]
        server.directory.write("drover.yaml", (base + address + lines).joined(separator: "\n") + "\n")
    }

    /// Starts the load, and waits until it flows.
    func load(patience: Double = 10) -> Load {
        var plan = LoadPlan(port: port, rate: Chaos.rate)
        plan.patience = patience
        let load = Load(plan)
        #expect(load.waitForAnswers(100), "no answers: \(load.soFar)")
        return load
    }

    /// Runs `drover-lab ctl …` against it, and returns its exit status and what it has printed.
    func control(_ words: String...) -> (status: Int32?, text: String) {
        let client = SpawnedServer(
            "drover-lab", ["ctl"] + words + ["--socket", "\(server.directory.path)/lab.ctl"])
        let status = client.waitForExit(within: 30)
        return (status, client.output + client.log)
    }

    /// The lines of the log that tell of something that must not happen.
    var complaints: [String] {
        server.log.split(separator: "\n").map(String.init).filter { $0.contains(" error ") || $0.contains("Fatal") }
    }

    /// Stops it gracefully and returns the exit code; of an arbiter that was not started here, 0 when it has gone.
    func stop() -> Int32? {
        guard let arbiter, arbiter != server.pid else { return server.stop() }
        kill(arbiter, SIGTERM)
        return eventually(within: 20) { !SpawnedServer.isAlive(arbiter) } ? 0 : nil
    }
}

/// No request failed, and all were answered.
func expectNothingLost(
    _ tally: LoadTally, _ server: ChaosServer, _ scenario: String, _ place: SourceLocation = #_sourceLocation
) {
    Chaos.report(scenario, server.variation, "\(tally)")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.server.log)", sourceLocation: place)
    #expect(tally.answered == tally.sent - tally.failures.count, sourceLocation: place)
    #expect(server.complaints.isEmpty, sourceLocation: place)
}

/// Everybody was answered or refused, as nobody listens any more.
///
/// Between a socket's last accept(2) and its close(2) the kernel takes a connection now and then, and resets it; there is
/// a socket for each of two workers at most.
func expectOnlyTheLastCloseLost(
    _ tally: LoadTally, _ server: ChaosServer, _ place: SourceLocation = #_sourceLocation
) {
    let lost = tally.failures.filter { $0.reason != .refused }
    let others = lost.filter { failure in
        failure.isReused || (failure.reason != .resetBeforeRequest && failure.reason != .resetBeforeReply)
    }
    #expect(
        others.isEmpty && lost.count <= 2, "\(lost.prefix(12))\n\(server.server.log)",
        sourceLocation: place)
}
