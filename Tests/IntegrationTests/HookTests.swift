import DroverTestSupport
import Glibc
import Testing

@Suite struct HookTests {
    private let directory = TemporaryDirectory()

    private func lab(
        _ arguments: [String] = [], environment: [String: String] = [:], workers: Int = 1
    ) throws -> SpawnedServer {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-w", "\(workers)", "--pid", "lab.pid"] + arguments,
            environment: environment.merging(["LAB_HOOKS": "\(directory.path)/hooks"]) { $1 }, in: directory)
        try server.waitUntilReady(workers: workers)
        return server
    }

    /// The calls so far, in order.
    private var calls: [Substring] { directory.read("hooks").split(separator: "\n") }

    private func names(by pid: pid_t) -> [Substring] {
        calls.filter { $0.contains("by=\(pid) ") }.compactMap { $0.split(separator: " ").first }
    }

    private func wait(for call: String, count: Int = 1) -> Bool {
        eventually { calls.count { $0.hasPrefix(call + " ") } >= count }
    }

    @Test func eachRunsInItsProcessAndAtItsTime() throws {
        let server = try lab()
        try #require(wait(for: "whenReady"))
        let first = server.workers[0]
        #expect(names(by: first) == ["postFork", "postWorkerInit"])
        #expect(names(by: server.pid) == ["onStarting", "preFork", "whenReady"])
        #expect(calls[0].hasSuffix("name=drover-lab workers=1"))

        server.signal(SIGTTIN)
        try #require(wait(for: "workersChanged"))
        try server.waitUntilReady(workers: 2)
        #expect(calls.contains { $0.hasSuffix("from=1 to=2") })
        server.signal(SIGHUP)
        try #require(wait(for: "childExit", count: 2))
        #expect(names(by: server.pid).contains("onReload"))
        #expect(names(by: first).last == "workerExit")
        #expect(calls.contains { $0.contains("slot=0 pid=\(first) status=exit code 0") })
        // One worker again, as the file says.
        #expect(calls.contains { $0.hasSuffix("from=2 to=1") })

        let last = server.workers[0]
        server.signal(SIGQUIT)
        #expect(server.waitForExit() == 0)
        #expect(names(by: last) == ["postFork", "postWorkerInit", "workerInt", "workerExit"])
        #expect(names(by: server.pid).last == "onExit")
        #expect(server.lines("event=hook_failed").isEmpty)
    }

    @Test func workerThatHangsIsHeardBeforeItDies() throws {
        let server = try lab(
            ["--timeout", "0.5", "--abort-grace", "10"], environment: ["SWIFT_BACKTRACE": "enable=no"])
        let stuck = server.workers[0]
        let client = try TCPClient(port: server.port)
        try client.send("GET /hang HTTP/1.1\r\nHost: test\r\n\r\n")
        try #require(wait(for: "childExit"))
        #expect(names(by: stuck) == ["postFork", "postWorkerInit", "workerAbort"])
        #expect(calls.contains { $0.contains("pid=\(stuck) status=SIGABRT") }, "it dies of the signal itself")
        try server.waitUntilReady(workers: 2)
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func whatTheyThrowIsLoggedAndChangesNothing() throws {
        let server = try lab(["--timeout", "0.5"], environment: ["LAB_HOOKS_FAIL": "1"])
        try #require(wait(for: "whenReady"))
        let client = try TCPClient(port: server.port)
        try client.send("GET /hang HTTP/1.1\r\nHost: test\r\n\r\n")
        try server.waitUntilReady(workers: 2)
        server.signal(SIGTTIN)
        try server.waitUntilReady(workers: 3)
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        #expect(try server.get("/").status == 200)
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        let young = try #require(directory.waitForPID("lab.pid"))
        defer { kill(young, SIGKILL) }
        try #require(eventually { (try? TCPClient(port: server.port).get("/").status) == 200 })
        kill(young, SIGQUIT)
        #expect(eventually { !SpawnedServer.isAlive(young) })
        let hooks = [
            "onStarting", "onReload", "whenReady", "preFork", "postFork", "postWorkerInit", "workerInt", "workerAbort",
            "workerExit", "childExit", "workersChanged", "preExec", "onExit",
        ]
        for hook in hooks {
            let line = server.lines("event=hook_failed hook=\(hook) ").first
            #expect(line?.contains("error=\"\(hook) was asked to fail\"") == true, "\(hook)")
        }
        #expect(server.lines(" error ").allSatisfy { $0.contains("hook_failed") || $0.contains("slot=0") })
    }

    @Test func threadThatAHookLeavesBehindIsNamed() {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0"],
            environment: ["LAB_HOOKS": "\(directory.path)/hooks", "LAB_HOOKS_THREAD": "1"], in: directory)
        #expect(server.waitForExit() == 3)
        let line = server.lines("event=hook_left_threads").first ?? ""
        #expect(line.contains("hook=onStarting") && line.contains("hook-thread"))
        #expect(server.lines("event=gave_up").first?.contains("hook-thread") == true)
    }
}
