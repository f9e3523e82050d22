import DroverTestSupport
import Glibc
import Testing

@Suite struct ReloadTests {
    /// A lab with a configuration file, which starts with `lines`.
    private func lab(_ lines: String, workers: Int = 2, environment: [String: String] = [:]) throws -> SpawnedServer {
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", lines)
        let server = SpawnedServer("drover-lab", [], environment: environment, in: directory)
        try server.waitUntilReady(workers: workers)
        return server
    }

    private func reload(_ server: SpawnedServer, _ lines: String, until line: String, count: Int = 1) throws {
        server.directory.write("drover.yaml", lines)
        server.signal(SIGHUP)
        try server.waitForLines(line, count: count)
    }

    @Test func hangUpBringsANewGenerationAndTheOldOneFinishesItsRequests() throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 2\n")
        let port = server.port
        let old = Set(server.workers)
        let slow = try TCPClient(port: port)
        try slow.send("GET /sleep?ms=900 HTTP/1.1\r\nHost: test\r\n\r\n")
        _ = try server.get("/")
        try reload(server, "bind: 127.0.0.1:0\nworkers: 3\n", until: "event=reloaded generation=2 workers=3")
        #expect(server.port == port, "an address that stays keeps its socket")
        // Until it has emptied the queue for the last time, an old worker may still take a connection.
        try server.waitForLines("event=worker_draining", count: 2)
        for _ in 0..<10 {
            let pid = try #require(pid_t(server.get("/pid").body))
            #expect(!old.contains(pid))
        }
        let reply = try slow.reply()
        #expect(reply.status == 200)
        #expect(reply.header("Connection") == "close")
        try server.waitForLines("event=worker_exited", count: 2)
        #expect(server.workers.count == 3)
        #expect(server.lines(" error ").isEmpty)
        #expect(server.stop() == 0)
    }

    @Test func addressesComeAndGo() throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 1\n", workers: 1)
        let first = server.port
        try reload(server, "bind: [127.0.0.1:0, 'unix:lab.sock']\n", until: "event=reloaded")
        #expect(TemporaryDirectory.entries(of: server.directory.path).contains("lab.sock"))
        #expect(try TCPClient(port: first).get("/").status == 200)
        try reload(server, "bind: localhost:0\n", until: "event=reloaded", count: 2)
        #expect(!TemporaryDirectory.entries(of: server.directory.path).contains("lab.sock"))
        let line = try #require(server.lines("event=listening").last)
        let address = SpawnedServer.value("address", in: line) ?? ""
        let second = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        #expect(second != first)
        #expect(eventually { (try? TCPClient(port: first)) == nil })
        #expect(server.stop() == 0)
    }

    @Test(arguments: [
        ("bind: 127.0.0.1:0\nworkers: [\n", "drover.yaml:"),
        ("bind: 127.0.0.1:0\nwrokers: 3\n", "unknown setting 'wrokers'"),
        ("bind: 127.0.0.1:0\nworkers: many\n", "drover.yaml:2:10"),
        ("bind: 127.0.0.1:0\npidfile: other.pid\n", "pidfile has changed, which takes a restart"),
        ("bind: 127.0.0.1:0\nchdir: /\nuser: nobody\n", "chdir"),
        ("bind: [127.0.0.1:0, 127.0.0.1:TAKEN]\n", "cannot listen on 127.0.0.1:"),
        ("bind: [127.0.0.1:0, 'fd://web']\n", "no socket called 'web'"),
        ("bind: 127.0.0.1:0\nerrorlog: /no/such/folder/x.log\n", "/no/such/folder/x.log"),
    ])
    func wrongConfigurationLeavesTheOldGeneration(lines: String, reason: String) throws {
        let other = try TCPListener()
        let lines = lines.replacing("TAKEN", with: "\(other.port)")
        let server = try lab("bind: 127.0.0.1:0\nworkers: 2\n")
        let old = Set(server.workers)
        try reload(server, lines, until: "event=reload_failed")
        let line = try #require(server.lines("event=reload_failed").first)
        #expect(line.contains(reason))
        #expect(server.lines(" error ").count == 1, "one clear error")
        #expect(try server.get("/").status == 200)
        #expect(Set(server.workers) == old)
        #expect(server.stop() == 0)
        withExtendedLifetime(other) {}
    }

    @Test(arguments: ["fail", "exit:5", "trap", "hang"])
    func applicationThatDoesNotBootLeavesTheOldGeneration(boot: String) throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 2\n")
        let old = Set(server.workers)
        try reload(
            server, "bind: 127.0.0.1:0\nworkers: 2\nboot_timeout: 1500ms\nraw_env: [LAB_BOOT=\(boot)]\n",
            until: "event=reload_failed")
        #expect(eventually { Set(server.workers) == old })
        #expect(try server.get("/").status == 200)
        try reload(server, "bind: 127.0.0.1:0\nworkers: 2\nraw_env: [LAB_BOOT=]\n", until: "event=reloaded")
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func newGenerationAcceptsNothingBeforeItIsComplete() throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 2\n")
        let old = Set(server.workers)
        // One boots at once and the other does not: what is accepted meanwhile goes to the old ones.
        let slow = "bind: 127.0.0.1:0\nworkers: 2\nraw_env: [LAB_BOOT=slow:700, LAB_BOOT_SLOT=1]\n"
        try reload(server, slow, until: "event=worker_ready slot=0", count: 2)
        for _ in 0..<20 {
            let pid = try #require(pid_t(server.get("/pid").body))
            #expect(old.contains(pid))
        }
        try server.waitForLines("event=reloaded")
        // An old one may still take what it finds in the queue when it is told to go.
        #expect(eventually { (try? server.get("/pid").body).flatMap { pid_t($0) }.map { !old.contains($0) } ?? false })
        #expect(server.stop() == 0)
    }

    @Test func terminateDuringAReloadActsAtOnce() throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 1\n", workers: 1)
        try reload(server, "bind: 127.0.0.1:0\nraw_env: [LAB_BOOT=hang]\n", until: "event=reloading")
        server.signal(SIGTERM)
        #expect(server.waitForExit(within: 5) == 0)
    }

    @Test func logsAndLevelChange() throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 1\n", workers: 1)
        try reload(
            server, "bind: 127.0.0.1:0\nerrorlog: new.log\nloglevel: debug\naccesslog: access.log\n",
            until: "event=reloading")
        #expect(eventually { server.directory.read("new.log").contains("event=reloaded") })
        // An old worker may still take what it finds in the queue when it is told to go.
        #expect(
            eventually {
                _ = try? server.get("/")
                return server.directory.read("access.log").contains("GET / HTTP/1.1")
            })
        #expect(server.stop() == 0)
        #expect(server.directory.read("new.log").contains("event=stopped"))
    }

    @Test(arguments: [false, true])
    func acceptModeChanges(before: Bool) throws {
        let server = try lab("bind: 127.0.0.1:0\nworkers: 3\nreuse_port: \(before)\n", workers: 3)
        let failures = try server.failures(during: 1.0) {
            try reload(server, "bind: 127.0.0.1:0\nworkers: 3\nreuse_port: \(!before)\n", until: "event=reloaded")
            try server.waitForLines("event=worker_exited", count: 3)
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(server.lines(" error ").isEmpty, "\(server.log)")
        #expect(server.stop() == 0)
    }
}
