import DroverTestSupport
import Glibc
import Testing

@Suite struct UpgradeTests {
    /// The arbiter that the pid file names.
    private func arbiter(_ directory: TemporaryDirectory, _ file: String = "lab.pid") -> pid_t? {
        pid_t(directory.read(file).split(separator: "\n").first ?? "")
    }

    /// Ends an arbiter that is nobody's child here, at whatever point the test has failed.
    private func end(_ pid: pid_t?) {
        guard let pid, pid > 0 else { return }
        kill(pid, SIGTERM)
        if !eventually(within: 10, { !SpawnedServer.isAlive(pid) }) { kill(pid, SIGKILL) }
    }

    /// CPU time of a process, in hundredths of a second.
    private func ticks(of pid: pid_t) -> Int {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    }

    private func lab(_ arguments: [String], in directory: TemporaryDirectory = TemporaryDirectory()) throws
        -> SpawnedServer
    {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-w", "2", "--pid", "lab.pid"] + arguments, in: directory)
        try server.waitUntilReady(workers: 2)
        return server
    }

    @Test(arguments: [[], ["--reuse-port"]])
    func twoUpgradesInARowKeepAddressAndPIDFile(arguments: [String]) throws {
        let server = try lab(arguments)
        let port = server.port
        let slow = try TCPClient(port: port)
        try slow.send("GET /sleep?ms=700 HTTP/1.1\r\nHost: test\r\n\r\n")
        _ = try server.get("/")
        let failures = try server.failures(during: 1.2) {
            server.signal(SIGUSR2)
            #expect(server.waitForExit() == 0, "the elder leaves by itself")
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(try slow.reply().status == 200)
        #expect(eventually { arbiter(server.directory) != server.pid && arbiter(server.directory) != nil })
        let second = try #require(arbiter(server.directory))
        defer { end(second) }
        #expect(!TemporaryDirectory.entries(of: server.directory.path).contains("lab.pid.2"))
        #expect(server.lines("event=elder_gone").count == 1)
        let before = ticks(of: second)
        usleep(600_000)
        #expect(ticks(of: second) - before < 20, "it sleeps when nothing happens")
        let later = try server.failures(during: 1.2) {
            kill(second, SIGUSR2)
            #expect(eventually { !SpawnedServer.isAlive(second) })
        }
        #expect(later.isEmpty, "\(later)")
        #expect(eventually { arbiter(server.directory).map { $0 != second && SpawnedServer.isAlive($0) } ?? false })
        let third = arbiter(server.directory)
        defer { end(third) }
        #expect(try TCPClient(port: port).get("/").status == 200)
        #expect(server.lines(" error ").isEmpty, "\(server.log)")
    }

    /// The process that clients of the unix socket `lab.sock` are told they speak to, SO_PEERCRED.
    private func listeningProcess(_ directory: TemporaryDirectory) throws -> pid_t? {
        let script = """
            import socket, struct, sys
            client = socket.socket(socket.AF_UNIX)
            client.connect(sys.argv[1])
            print(struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
            """
        let outcome = try Command.run(["python3", "-c", script, "\(directory.path)/lab.sock"])
        return pid_t(outcome.output.split(separator: "\n").first ?? "")
    }

    @Test func clientsOfUnixSocketsAreToldWhoListensNow() throws {
        let server = try lab(["-b", "unix:lab.sock", "--upgrade", "manual"])
        #expect(try listeningProcess(server.directory) == server.pid)
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_ready")
        let young = try #require(arbiter(server.directory, "lab.pid.2"))
        #expect(try listeningProcess(server.directory) == young)
        // Back again.
        kill(young, SIGQUIT)
        try server.waitForLines("event=upgrade_ended")
        #expect(eventually { (try? listeningProcess(server.directory)) == server.pid })
        #expect(server.stop() == 0)
    }

    @Test func socketOfTheServiceManagersStaysItsOwn() throws {
        let directory = TemporaryDirectory()
        let listener = UnixListener(path: "\(directory.path)/lab.sock")
        let server = SpawnedServer(
            "drover-lab", ["-b", "unix:\(directory.path)/lab.sock", "--pid", "lab.pid"], in: directory,
            sockets: [listener.descriptor])
        try server.waitUntilReady(workers: 1)
        #expect(try listeningProcess(directory) == getpid())
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        #expect(eventually { arbiter(directory).map { $0 != server.pid } ?? false })
        defer { end(arbiter(directory)) }
        #expect(try listeningProcess(directory) == getpid())
    }

    @Test func successorThatFailsLeavesTheElder() throws {
        let directory = TemporaryDirectory()
        let server = try lab([], in: directory)
        directory.write("drover.yaml", "nonsense: true\n")
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_failed")
        #expect(server.log.contains("unknown setting 'nonsense'"))
        #expect(try server.get("/").status == 200)
        directory.write("drover.yaml", "raw_env: [LAB_BOOT=fail]\n")
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_failed", count: 2)
        #expect(try server.get("/").status == 200)
        #expect(arbiter(directory) == server.pid)
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.pid.2"))
        directory.write("drover.yaml", "workers: 2\n")
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        #expect(eventually { arbiter(directory) != nil })
        end(arbiter(directory))
    }

    @Test func missingBinaryLeavesTheElder() throws {
        let directory = TemporaryDirectory()
        let copy = "\(directory.path)/server"
        // A hard link is the same program with a name of its own that can be taken away.
        if link("\(SpawnedServer.products)/drover-lab", copy) != 0 {
            symlink("\(SpawnedServer.products)/drover-lab", copy)
        }
        let server = SpawnedServer(path: copy, ["-b", "127.0.0.1:0", "-w", "1"], in: directory)
        try server.waitUntilReady(workers: 1)
        unlink(copy)
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_failed")
        #expect(server.lines("event=upgrade_failed")[0].contains("No such file or directory"))
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func byHandTheOperatorDecidesAndCanGoBack() throws {
        let directory = TemporaryDirectory()
        let server = try lab(["--upgrade", "manual", "-b", "unix:lab.sock"], in: directory)
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_ready")
        let young = try #require(arbiter(directory, "lab.pid.2"))
        defer { end(young) }
        #expect(arbiter(directory) == server.pid)
        server.signal(SIGWINCH)
        try server.waitForLines("event=worker_exited", count: 2)
        #expect(try server.get("/").status == 200, "the new one serves")
        // Back again.
        server.signal(SIGHUP)
        try server.waitForLines("event=workers_returning")
        try server.waitUntilReady(workers: 6)
        kill(young, SIGQUIT)
        try server.waitForLines("event=upgrade_ended")
        #expect(!SpawnedServer.isAlive(young))
        #expect(try server.get("/").status == 200)
        #expect(TemporaryDirectory.entries(of: directory.path).contains("lab.sock"), "the elder still listens there")
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.pid.2"))
        #expect(server.stop() == 0)
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.sock"))
    }

    @Test func byHandTheOperatorEndsTheElder() throws {
        let directory = TemporaryDirectory()
        let server = try lab(["--upgrade", "manual", "-b", "unix:lab.sock"], in: directory)
        let port = server.port
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_ready")
        let young = try #require(arbiter(directory, "lab.pid.2"))
        defer { end(young) }
        kill(young, SIGUSR2)
        try server.waitForLines("event=upgrade_refused")
        #expect(server.stop() == 0)
        #expect(eventually { arbiter(directory) == young })
        #expect(try TCPClient(port: port).get("/").status == 200)
        #expect(TemporaryDirectory.entries(of: directory.path).contains("lab.sock"))
    }
}
