import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Faults {
        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func stuckWorkerIsReplacedAndOthersAreUnharmed(variation: Variation) throws {
            // With one thread a stuck one is all of them; of several, one that is stuck makes its worker retire.
            let server = try ChaosServer(variation, ["timeout: 1s", "abort_grace: 500ms", "threads: 1"])
            let load = server.load()
            let stuck = try TCPClient(port: server.port)
            let victim = try #require(pid_t(stuck.get("/pid").body))
            let others = Set(server.workers).subtracting([victim])
            let start = now()
            try stuck.send("GET /hang HTTP/1.1\r\nHost: test\r\n\r\n")
            var ports: Set<UInt16> = []
            #expect(
                eventually(within: 10) {
                    // What it has accepted before it got stuck.
                    ports.formUnion(OwnedConnections.clientPorts(of: victim, on: server.port))
                    return !SpawnedServer.isAlive(victim) && server.server.lines("event=worker_ready").count == 3
                })
            let time = now() - start
            load.waitForAnswers(200)
            let tally = load.stop()
            Chaos.report("a stuck worker", variation, "replaced after \(Int(time * 1_000)) ms; \(tally)")
            // A debug build prints a backtrace first, and a busy machine takes its time for that.
            #expect(time < (Chaos.isQuiet ? 2 : 5))
            #expect(server.server.lines("event=worker_timeout").count == 1)
            #expect(server.server.lines("request=\"GET /hang\"").count == 1)
            #expect(others.isSubset(of: server.workers))
            let unexplained = tally.failures.filter { !ports.contains($0.clientPort) || $0.failed < start }
            #expect(unexplained.isEmpty, "\(unexplained.prefix(12))\n\(server.server.log)")
            #expect(server.stop() == 0)
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func outOfDescriptorsItRestsAndServesOnAfterwards(variation: Variation) throws {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let server = try ChaosServer(variation, workers: 1, ["keepalive: 60s"], descriptorLimit: 256)
            var clients = try (0..<600).map { _ in try TCPClient(port: server.port) }
            let worker = server.workers[0]
            #expect(eventually { OwnedConnections.clientPorts(of: worker, on: server.port).count > 200 })
            usleep(300_000)
            let start = now()
            let before = ProcessorTime.of(worker) + ProcessorTime.of(server.server.pid)
            usleep(2_000_000)
            let used = ProcessorTime.of(worker) + ProcessorTime.of(server.server.pid) - before
            let share = used / (now() - start)
            clients.removeAll()
            let left = now()
            #expect(try server.server.get("/").status == 200)
            let time = now() - left
            Chaos.report(
                "600 clients for 256 descriptors", variation,
                "\(Int(share * 1_000)) ‰ of a processor, serving again after \(Int(time * 1_000)) ms")
            #expect(share < 0.05)
            #expect(time < 1)
            #expect(server.stop() == 0)
        }
    }
}

/// How much of the processor a process has used, in seconds.
enum ProcessorTime {
    static func of(_ pid: pid_t) -> Double {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
