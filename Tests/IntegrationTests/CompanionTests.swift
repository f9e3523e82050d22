import DroverTestSupport
import Glibc
import Testing

@Suite struct CompanionTests {
    private func lab(_ mode: String, _ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: 1, arguments, environment: ["LAB_COMPANION": mode])
    }

    private func pid(_ line: String?) -> pid_t? {
        line.flatMap { SpawnedServer.value("pid", in: $0) }.flatMap { pid_t($0) }
    }

    @Test func startsWithTheWorkersAndLeavesAfterTheLast() throws {
        let server = try lab("beat")
        try server.waitForLines("event=companion_ready slot=-1")
        let companion = try #require(pid(server.lines("event=companion_ready").first))
        let title = TemporaryDirectory.content(of: "/proc/\(companion)/cmdline") ?? ""
        #expect(title.contains("companion tracer"))
        // It holds no listener: nothing but itself would answer there.
        for _ in 0..<20 { #expect(try server.get("/pid").body != "\(companion)") }
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=500 HTTP/1.1\r\nHost: test\r\n\r\n")
        _ = try server.get("/")
        server.signal(SIGTERM)
        #expect(try busy.reply().status == 200)
        #expect(server.waitForExit() == 0)
        let log = server.log.split(separator: "\n").map(String.init)
        let worker = try #require(log.firstIndex { $0.contains("event=worker_exited") })
        let goodbye = try #require(log.firstIndex { $0.contains("companion said goodbye") })
        #expect(worker < goodbye)
    }

    @Test func isReplacedWhenItDies() throws {
        let server = try lab("beat")
        try server.waitForLines("event=companion_ready")
        let first = try #require(pid(server.lines("event=companion_ready").first))
        kill(first, SIGKILL)
        try server.waitForLines("event=companion_ready", count: 2)
        #expect(pid(server.lines("event=companion_ready").last) != first)
        #expect(server.lines("event=worker_exited").isEmpty)
        #expect(server.stop() == 0)
    }

    @Test func failureIsLoggedAndRepeatedWithGrowingPauses() throws {
        let server = try lab("fail")
        try server.waitForLines("it does not want to", count: 3)
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
        #expect(server.lines("event=companion_exited").count < 8)
    }

    @Test func hangIsFoundAsAWorkersIs() throws {
        let server = try lab("hang", ["--timeout", "0.5", "--abort-grace", "0.2"])
        try server.waitForLines("event=worker_timeout slot=-1")
        try server.waitForLines("event=companion_exited slot=-1")
        #expect(try server.get("/").status == 200)
        server.signal(SIGQUIT)
        #expect(server.waitForExit() == 0)
    }

    @Test func oneThatDoesNotLeaveIsKilledInTime() throws {
        let server = try lab("linger", ["--graceful-timeout", "0.3"])
        try server.waitForLines("event=companion_ready")
        server.signal(SIGTERM)
        #expect(server.waitForExit(within: 8) == 0)
    }

    @Test func reloadBringsANewOne() throws {
        let server = try lab("beat")
        try server.waitForLines("event=companion_ready")
        let first = pid(server.lines("event=companion_ready").first)
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        try server.waitForLines("event=companion_exited")
        #expect(pid(server.lines("event=companion_exited").first) == first)
        #expect(server.lines("event=companion_ready").count == 2)
        #expect(server.stop() == 0)
    }
}
