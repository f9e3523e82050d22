import DroverTestSupport
import Glibc
import Testing

@Suite struct PIDFileTests {
    private let directory = TemporaryDirectory()

    private func start() -> SpawnedServer {
        SpawnedServer("drover-lab", ["-b", "127.0.0.1:0", "-w", "1", "--pid", "lab.pid"], in: directory)
    }

    private func pid() -> pid_t? { pid_t(directory.read("lab.pid").split(separator: "\n").first ?? "") }

    /// A process that lives is not a server: after a restart of a container its number may be anything's.
    @Test(arguments: ["\(getpid())", "1", "999999", "garbage", ""])
    func whatNobodyHasLockedIsLeftOver(content: String) throws {
        directory.write("lab.pid", "\(content)\n")
        let server = start()
        try server.waitUntilReady(workers: 1)
        let stale = server.lines("event=stale_pid_file")
        #expect(stale.map { SpawnedServer.value("pid", in: $0) } == (Int(content) == nil ? [] : [content]))
        #expect(directory.read("lab.pid") == "\(server.pid)\n")
        #expect(server.stop() == 0)
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.pid"))
    }

    @Test func aServerThatRunsIsToldByItsLock() throws {
        let first = start()
        try first.waitUntilReady(workers: 1)
        let second = start()
        #expect(second.waitForExit() == 1)
        #expect(
            first.log.contains(
                "the pid file lab.pid is locked by process \(first.pid) (\(SpawnedServer.products)/drover-lab): a server "
                    + "already runs there; stop it with 'kill \(first.pid)' or choose another --pid"), "\(first.log)")
        // Whatever the file says.
        let file = open("\(directory.path)/lab.pid", O_WRONLY | O_TRUNC)
        write(file, "1\n", 2)
        close(file)
        let third = start()
        #expect(third.waitForExit() == 1)
        #expect(first.log.contains("by a server that runs, which calls itself process 1; stop it or"), "\(first.log)")
        #expect(try first.get("/").status == 200)
        #expect(first.stop() == 0)
    }

    @Test func workersThatOutliveTheirArbiterLockNothing() throws {
        let first = start()
        try first.waitUntilReady(workers: 1)
        let orphan = try #require(first.workers.first)
        // With a request that has begun it does not leave at once.
        let client = try TCPClient(port: first.port)
        try client.send("GET / HTTP/1.1\r\n")
        kill(orphan, SIGSTOP)
        defer { kill(orphan, SIGKILL) }
        first.signal(SIGKILL)
        #expect(first.waitForExit() == -SIGKILL)
        // The kernel wakes the stopped members of a process group whose last parent outside has gone.
        kill(orphan, SIGSTOP)
        let second = start()
        #expect(eventually { directory.read("lab.pid") == "\(second.pid)\n" })
        try second.waitForLines("event=stale_pid_file pid=\(first.pid)")
        #expect(SpawnedServer.isAlive(orphan))
        #expect(second.stop() == 0)
        withExtendedLifetime(client) {}
    }

    @Test func successorHasTheLockUnderEachName() throws {
        let first = start()
        try first.waitUntilReady(workers: 1)
        first.signal(SIGUSR2)
        #expect(first.waitForExit() == 0)
        let young = try #require(directory.waitForPID("lab.pid"))
        defer { kill(young, SIGKILL) }
        #expect(eventually { pid().map { $0 != first.pid } ?? false })
        let third = start()
        #expect(third.waitForExit() == 1)
        #expect(first.log.contains("the pid file lab.pid is locked by process \(young) ("), "\(first.log)")
        kill(young, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(young) })
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.pid"))
    }
}
