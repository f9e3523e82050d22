import DroverTestSupport
import Glibc
import Testing

/// System calls that fail, one by one, under a server that runs: it says so, does not spin, and serves afterwards.
@Suite(.enabled(if: Injection.obstacle == nil, Comment(rawValue: Injection.obstacle ?? "")))
struct SystemCallTests {
    @Test(arguments: SystemCallCase.all) func serverOutlives(_ row: SystemCallCase) throws {
        let site = FileTree(["index.html": "<p>here", "large.bin": String(repeating: "x", count: 300_000)])
        let server = try SpawnedServer.lab(
            workers: 2,
            ["--pid", "lab.pid", "--access-logfile", "access.log", "--min-worker-lifetime", "0"]
                + row.workerClass.flags + (row.cause.needsFiles ? ["--app", "files", "--root", site.path] : []))
        for error in row.errors {
            let target = row.place == .arbiter ? server.pid : try #require(server.workers.first)
            let injection = Injection(row.calls, error: error, when: row.when, into: target)
            let before = Self.ticks(target)
            let (start, held) = (now(), try provoke(row, server, target))
            #expect(eventually(within: 10) { injection.count > 0 }, "\(error) was never returned")
            if let line = row.says { try server.waitForLines(line, within: 10) }
            // Long enough to tell one that tries again from one that spins.
            eventually(within: 0.3) { false }
            #expect(injection.count < Int((now() - start) * 60) + 40, "\(error): it spins")
            let hundredths = Self.ticks(target) - before
            #expect(hundredths < Int((now() - start) * 50) + 10, "\(error): \(hundredths) of CPU time")
            injection.end()
            _ = held
            #expect(
                eventually(within: 10) { (try? TCPClient(port: server.port, timeout: 2).get("/").status) == 200 },
                "\(error): it does not serve afterwards\n\(server.log)")
            #expect(eventually(within: 15) { server.workers.count == 2 }, "\(error)\n\(server.log)")
        }
        #expect(!server.log.contains("Fatal error") && !server.log.contains("Precondition failed"))
        #expect(server.lines("event=starting").count == 1, "no arbiter is left beside the first")
        #expect(server.stop() == 0, "\(server.log)")
    }

    /// Lets the process make its calls; what is returned must live until they have failed.
    private func provoke(_ row: SystemCallCase, _ server: SpawnedServer, _ target: pid_t) throws -> [TCPClient] {
        switch row.cause {
        case .requests, .largeReplies, .files:
            let path = try #require(row.cause.path)
            // Two workers take turns, so one of any two connections comes to each.
            return try (0..<6).map { _ in
                let client = try TCPClient(port: server.port)
                try client.send("GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
                usleep(5_000)
                return client
            }
        case .deadWorker: kill(try #require(server.workers.first), SIGKILL)
        case .reopening: kill(target, SIGUSR1)
        case .reload: server.signal(SIGHUP)
        case .upgrade: server.signal(SIGUSR2)
        case .control(let status, let text):
            let client = SpawnedServer(
                "drover-lab", ["ctl", "status", "--socket", "\(server.directory.path)/lab.ctl"])
            #expect(client.waitForExit() == status, "\(client.log)")
            #expect((client.log + client.output).contains(text), "\(client.log)\(client.output)")
        }
        return []
    }

    private static func ticks(_ pid: pid_t) -> Int {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    }

    // MARK: What ends a server

    @Test func arbiterThatCannotWaitLeavesNothingBehind() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--pid", "lab.pid", "-b", "unix:lab.sock"])
        let workers = server.workers
        let injection = Injection("epoll_wait", error: "EINVAL", when: "1", into: server.pid)
        server.signal(SIGUSR1)
        #expect(server.waitForExit() == 1)
        injection.end()
        #expect(server.lines("event=arbiter_failed").count == 1)
        #expect(eventually { !workers.contains(where: SpawnedServer.isAlive) })
        let left = TemporaryDirectory.entries(of: server.directory.path)
        #expect(!left.contains { $0.hasPrefix("lab.") }, "\(left)")
    }

    @Test(arguments: [
        ("epoll_create1", "EMFILE"), ("signalfd4", "EMFILE"), ("timerfd_create", "ENOMEM"), ("eventfd2", "ENFILE"),
        ("pipe2", "EMFILE"), ("socket", "EMFILE"), ("bind", "EACCES"), ("listen", "EADDRINUSE"),
        ("epoll_ctl", "ENOSPC"),
    ])
    func serverThatCannotStartSaysWhyAndLeavesNothingBehind(call: String, error: String) throws {
        let directory = TemporaryDirectory()
        let server = Injection.start(
            "drover-lab", ["-b", "unix:lab.sock", "--pid", "lab.pid", "--control-socket", "off"], call, error: error,
            in: directory)
        #expect(server.waitForExit() == 1, "\(server.log)")
        #expect(server.log.split(separator: "\n").last?.hasPrefix("drover-lab: ") == true, "\(server.log)")
        let left = TemporaryDirectory.entries(of: directory.path)
        #expect(!left.contains { $0.hasPrefix("lab.") }, "\(left)")
    }
}
