import DroverTestSupport
import Glibc
import Testing

@Suite struct PrivilegeTests {
    /// The fields of a line of /proc/PID/status.
    private func status(_ pid: pid_t, _ key: String) -> [String] {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/status") ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(key):") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
    func workersGiveUpRootForGood() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--user", "nobody", "--group", "nogroup"])
        let worker = server.workers[0]
        let account = try #require(getpwnam("nobody"))
        let user = String(account.pointee.pw_uid)
        let group = String(account.pointee.pw_gid)
        #expect(status(worker, "Uid") == [user, user, user, user])
        #expect(status(worker, "Gid") == [group, group, group, group])
        #expect(!status(worker, "Groups").contains("0"))
        #expect(status(worker, "NoNewPrivs") == ["1"])
        #expect(status(worker, "CapEff") == ["0000000000000000"])
        #expect(status(server.pid, "Uid").first == "0", "the arbiter stays who it is")
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
    func workersWithoutRootOpenTheirLogsAgain() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--user", "nobody", "--access-logfile", "access.log"], in: directory)
        try server.waitUntilReady(workers: 1)
        chmod(directory.path, 0o755)
        rename("\(directory.path)/access.log", "\(directory.path)/access.log.1")
        server.signal(SIGUSR1)
        #expect(eventually { (try? server.get("/").status) == 200 && !directory.read("access.log").isEmpty })
        #expect(server.lines("event=reopen_failed").isEmpty)
        #expect(server.stop() == 0)
    }

    @Test func unknownUserStartsNothing() {
        let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0", "--user", "no-such-user"])
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("there is no user called 'no-such-user'"))
        #expect(!server.log.contains("event="))
    }
}
