import DroverTestSupport
import Glibc
import Testing

@Suite struct FaultTests {
    @Test func stuckWorkerIsNamedAbortedAndReplaced() throws {
        let server = try SpawnedServer.lab(workers: 2, ["--timeout", "1"])
        let stuck = try TCPClient(port: server.port)
        let start = now()
        try stuck.send("GET /hang HTTP/1.1\r\nHost: test\r\n\r\n")
        try server.waitUntilReady(workers: 3)
        #expect(now() - start < 3.5)
        #expect(server.lines("event=worker_timeout").count == 1)
        #expect(server.lines("event=arbiter_slept").isEmpty)
        #expect(server.lines("request=\"GET /hang\"").count == 1)
        try server.waitForLines("event=worker_exited")
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func othersServeWhileOneHangs() throws {
        let server = try SpawnedServer.lab(workers: 2, ["--timeout", "2"])
        let stuck = try TCPClient(port: server.port)
        try stuck.send("GET /hang HTTP/1.1\r\nHost: test\r\n\r\n")
        var lost = 0
        for _ in 0..<50 {
            let client = try TCPClient(port: server.port)
            if (try? client.get("/").status) != 200 { lost += 1 }
        }
        // What the worker had accepted before it got stuck is lost with it; the kernel sends the rest elsewhere.
        #expect(lost <= 2)
        try server.waitUntilReady(workers: 3)
        #expect(server.stop() == 0)
    }

    @Test func blockedWorkerDoesNotKeepNewConnectionsWaiting() throws {
        let server = try SpawnedServer.lab(workers: 2, ["--keep-alive", "60"])
        // One worker gets many connections, the other loses all but one, and then blocks.
        var held = try (0..<24).map { _ in try TCPClient(port: server.port) }
        let pids = try held.map { try $0.get("/pid").body }
        let blocked = pids[0]
        let few = zip(held, pids).filter { $0.1 == blocked }.map(\.0)
        held = zip(held, pids).filter { $0.1 != blocked }.map(\.0) + [few[0]]
        let before = openDescriptors(blocked)
        for client in few.dropFirst() { client.close() }
        #expect(eventually { openDescriptors(blocked) <= before - few.count + 1 })
        try few[0].send("GET /block?ms=9000 HTTP/1.1\r\nHost: test\r\n\r\n")
        let start = now()
        #expect(eventually(within: 6) { (try? TCPClient(port: server.port, timeout: 5).get("/").status) == 200 })
        #expect(now() - start < 6)
        server.signal(SIGQUIT)
        #expect(server.waitForExit() == 0)
    }

    private func openDescriptors(_ pid: String) -> Int {
        TemporaryDirectory.entries(of: "/proc/\(pid)/fd").count
    }

    @Test func peerThatNeverPausesStarvesNobody() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--timeout", "2"])
        let flood = try TCPClient(port: server.port)
        let batch = String(repeating: "GET / HTTP/1.1\r\nHost: test\r\n\r\n", count: 500)
        let other = try TCPClient(port: server.port)
        let end = now() + 4
        var answers = 0
        while now() < end {
            try flood.send(batch)
            // Never reading less than it asks for, the flood goes on as fast as the worker lets it.
            if answers % 4 == 0 { #expect(try other.get("/").status == 200) }
            _ = try flood.receive()
            answers += 1
        }
        #expect(server.lines("event=worker_timeout").isEmpty)
        #expect(answers > 10)
        flood.close()
        #expect(server.stop() == 0)
    }

    @Test func stoppedWorkerIsReplaced() throws {
        let server = try SpawnedServer.lab(workers: 2, ["--timeout", "1", "--abort-grace", "0.2"])
        let victim = server.workers[0]
        kill(victim, SIGSTOP)
        try server.waitUntilReady(workers: 3)
        #expect(eventually { !SpawnedServer.isAlive(victim) })
        #expect(server.stop() == 0)
    }

    @Test func crashTakesOnlyItsOwnRequestAndTotalsStay() throws {
        let server = try SpawnedServer.lab(workers: 1)
        for _ in 0..<5 { #expect(try server.get("/").status == 200) }
        let crash = try TCPClient(port: server.port)
        try crash.send("GET /crash HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect((try? crash.receive().isEmpty) ?? true)
        try server.waitUntilReady(workers: 2)
        for _ in 0..<3 { #expect(try server.get("/").status == 200) }
        #expect(server.stop() == 0)
        let line = try #require(server.lines("event=stopped").first)
        #expect(SpawnedServer.value("requests", in: line) == "8")
    }

    @Test func killedWorkersAreReplacedWithinTime() throws {
        let server = try SpawnedServer.lab(workers: 3)
        for round in 1...10 {
            let victim = server.workers.randomElement()!
            let start = now()
            kill(victim, SIGKILL)
            try server.waitUntilReady(workers: 3 + round)
            #expect(now() - start < 5)
        }
        #expect(server.workers.count == 3)
        #expect(server.stop() == 0)
    }

    @Test(arguments: [false, true])
    func noWorkerOutlivesItsArbiter(isBusy: Bool) throws {
        let server = try SpawnedServer.lab(workers: 2)
        let port = server.port
        let busy = try TCPClient(port: port)
        if isBusy { try busy.send("GET /hang HTTP/1.1\r\nHost: test\r\n\r\n") }
        // Until somebody else answers, nobody knows that the one is stuck.
        #expect(eventually { (try? TCPClient(port: port, timeout: 1).get("/").status) == 200 })
        let workers = server.workers
        let start = now()
        server.signal(SIGKILL)
        #expect(server.waitForExit() == -SIGKILL)
        #expect(eventually { !workers.contains(where: SpawnedServer.isAlive) })
        #expect(now() - start < (isBusy ? 3 : 2))
        let next = SpawnedServer("drover-lab", ["-b", "127.0.0.1:\(port)"])
        try next.waitUntilReady(workers: 1)
        #expect(next.stop() == 0)
    }

    @Test func workersAreReplacedBeforeTheyLeaveAfterTheirShare() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--max-requests", "5"])
        var count = 0
        // The first goes on serving until the second is ready, however long that takes.
        try eventually {
            let status = try server.get("/").status
            #expect(status == 200)
            count += 1
            return server.lines("event=worker_retiring").count >= 2
        }
        #expect(server.lines("reason=requests requests=").count == 2)
        try server.waitUntilReady(workers: 3)
        // The slot's second worker was ready before its first began to drain.
        let line = try #require(server.lines("event=worker_ready").first)
        let first = try #require(SpawnedServer.value("pid", in: line))
        try server.waitForLines("event=worker_draining slot=0 pid=\(first)")
        let lines = server.log.split(separator: "\n")
        let ready = lines.indices.filter { lines[$0].contains("event=worker_ready") }
        let draining = try #require(lines.firstIndex { $0.contains("event=worker_draining slot=0 pid=\(first)") })
        #expect(ready[1] < draining)
        #expect(server.stop() == 0)
        let stopped = try #require(server.lines("event=stopped").first)
        #expect(SpawnedServer.value("requests", in: stopped) == "\(count)")
    }

    @Test func outOfDescriptorsItNeitherSpinsNorForgets() throws {
        let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0", "--keep-alive", "60"], descriptorLimit: 64)
        try server.waitUntilReady(workers: 1)
        let worker = server.workers[0]
        var clients = try (0..<150).map { _ in try TCPClient(port: server.port) }
        try server.waitForLines("event=accept_paused")
        let before = Self.cpuTicks(worker)
        let start = now()
        eventually(within: 1) { false }
        let share = Double(Self.cpuTicks(worker) - before) / Double(sysconf(Int32(_SC_CLK_TCK))) / (now() - start)
        #expect(share < 0.05)
        clients.removeAll()
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    static func cpuTicks(_ pid: pid_t) -> Int {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    }
}
