import DroverTestSupport
import Glibc
import Testing

@Suite struct DaemonTests {
    private let directory = TemporaryDirectory()

    private func start(_ arguments: [String]) -> SpawnedServer {
        SpawnedServer("drover-lab", ["--daemon", "-b", "127.0.0.1:0", "--pid", "lab.pid"] + arguments, in: directory)
    }

    private var arbiter: pid_t? { pid_t(directory.read("lab.pid").split(separator: "\n").first ?? "") }

    private func port() throws -> UInt16 {
        try #require(eventually { directory.read("lab.log").contains("event=worker_ready") })
        let line = directory.read("lab.log").split(separator: "\n").first { $0.contains("event=listening") } ?? ""
        return UInt16(line.split(separator: " ").first { $0.hasPrefix("address=") }?.split(separator: ":").last ?? "")
            ?? 0
    }

    private func end(_ pid: pid_t) {
        kill(pid, SIGTERM)
        if !eventually(within: 10, { !SpawnedServer.isAlive(pid) }) { kill(pid, SIGKILL) }
    }

    @Test func commandEndsWhenTheServerIsBoundAndTheServerGoesOn() throws {
        let command = start(["--error-logfile", "lab.log"])
        #expect(command.waitForExit() == 0)
        let daemon = try #require(arbiter, "the pid file is there when the command ends")
        defer { end(daemon) }
        #expect(daemon != command.pid)
        let port = try port()
        #expect(try TCPClient(port: port).get("/").status == 200)
        #expect(getsid(daemon) != getsid(0))
        #expect(command.log.isEmpty)
        // Again, to a new binary: that is no daemon's daemon.
        kill(daemon, SIGUSR2)
        #expect(eventually { arbiter.map { $0 != daemon && SpawnedServer.isAlive($0) } ?? false })
        let young = try #require(arbiter)
        defer { end(young) }
        #expect(eventually { !SpawnedServer.isAlive(daemon) })
        #expect(directory.read("lab.log").contains("event=upgrade_started pid=\(young)"))
        #expect(try TCPClient(port: port).get("/").status == 200)
        kill(young, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(young) })
        #expect(directory.read("lab.log").split(separator: "\n").filter { $0.contains("event=stopped") }.count == 2)
    }

    @Test func whatKeepsItFromStartingIsSaidByTheCommand() throws {
        let other = try TCPListener()
        let command = start(["-b", "127.0.0.1:\(other.port)"])
        #expect(command.waitForExit() == 1)
        #expect(command.log.contains("cannot listen on 127.0.0.1:\(other.port): the address is in use"))
        #expect(arbiter == nil)
        #expect(start(["--user", "no-such-user"]).waitForExit() == 1)
        #expect(command.log.contains("there is no user called 'no-such-user'"))
    }

    @Test func preloadedApplicationThatFailsIsSaidByTheCommand() {
        let command = SpawnedServer(
            "drover-lab", ["-D", "--preload", "-b", "127.0.0.1:0"], environment: ["LAB_PRELOAD": "fail"], in: directory)
        #expect(command.waitForExit() == 3)
        #expect(command.log.contains("cannot preload the application 'lab'"))
    }

    @Test func daemonWithoutALogFileLeavesTheTerminalAlone() throws {
        let command = start([])
        #expect(command.waitForExit() == 0)
        let daemon = try #require(arbiter)
        defer { end(daemon) }
        #expect(command.lines("a daemon has no standard error").count == 1)
        let before = command.log
        let children = "/proc/\(daemon)/task/\(daemon)/children"
        try #require(eventually { TemporaryDirectory.content(of: children)?.isEmpty == false })
        kill(daemon, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(daemon) })
        #expect(command.log == before)
    }

    @Test func maskIsThatOfTheConfiguration() throws {
        let server = SpawnedServer(
            "drover-lab",
            ["-b", "127.0.0.1:0", "-b", "unix:lab.sock", "--umask", "077", "--error-logfile", "lab.log"], in: directory)
        try #require(eventually { directory.read("lab.log").contains("event=worker_ready") })
        func mode(_ name: String) -> UInt32 {
            var status = stat()
            return lstat("\(directory.path)/\(name)", &status) == 0 ? status.st_mode & 0o777 : 0
        }
        #expect(mode("lab.log") == 0o600)
        #expect(mode("lab.sock") == 0o660)
        let worker = TemporaryDirectory.content(of: "/proc/\(server.workers[0])/status") ?? ""
        #expect(worker.contains("Umask:\t0077"))
        #expect(server.stop() == 0)
    }
}
