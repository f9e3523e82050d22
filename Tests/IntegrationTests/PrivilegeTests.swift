import DroverTestSupport
import Glibc
import Testing

/// Starts a program with other rights than one's own; util-linux.
private let setpriv = "/usr/bin/setpriv"

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

    @Test(
        .enabled(if: geteuid() == 0 && access(setpriv, X_OK) == 0, "needs root and setpriv"),
        arguments: [
            ["--user", "nobody"], ["--user", "54321", "--group", "54321"],
        ])
    func noneOfTheArbitersRightsReachTheFirstLineOfUserCode(identity: [String]) throws {
        let directory = TemporaryDirectory()
        chmod(directory.path, 0o755)
        chmod(directory.write("hooks", ""), 0o666)
        // Groups of root's that a worker could otherwise use.
        let server = SpawnedServer(
            path: setpriv,
            ["--groups", "0,4,27", "\(SpawnedServer.products)/drover-lab", "-b", "127.0.0.1:0"] + identity,
            environment: ["LAB_HOOKS": "\(directory.path)/hooks"], in: directory)
        try server.waitUntilReady(workers: 1)
        #expect(status(server.pid, "Groups") == ["0", "4", "27"])
        let line = try #require(directory.read("hooks").split(separator: "\n").first { $0.hasPrefix("postFork") })
        let fields = line.split(separator: " ")
        #expect(fields.contains("NoNewPrivs=1"))
        let user = getpwnam("nobody").map { String($0.pointee.pw_uid) } ?? ""
        let number = identity[1] == "nobody" ? user : identity[1]
        #expect(fields.contains("Uid=\(number),\(number),\(number),\(number)"))
        let groups = fields.first { $0.hasPrefix("Groups=") }?.dropFirst(7).split(separator: ",") ?? ["?"]
        #expect(Set(groups).isDisjoint(with: ["0", "4", "27", "?"]), "\(groups)")
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
    func unixSocketBelongsToTheWorkers() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-b", "unix:lab.sock", "--user", "nobody", "--group", "daemon"],
            in: directory)
        try server.waitUntilReady(workers: 1)
        var file = stat()
        #expect(lstat("\(directory.path)/lab.sock", &file) == 0)
        #expect(file.st_uid == getpwnam("nobody").pointee.pw_uid)
        #expect(file.st_gid == getgrnam("daemon").pointee.gr_gid)
        #expect(file.st_mode & 0o777 == 0o660)
        #expect(server.stop() == 0)
        #expect(lstat("\(directory.path)/lab.sock", &file) != 0)
    }

    /// The socket is 0600; who opens it up to others has not made them masters of the server.
    @Test(
        .enabled(if: geteuid() == 0 && access(setpriv, X_OK) == 0, "needs root and setpriv"),
        arguments: [("0", true), ("65534", false)])
    func anotherUserIsSentAwayFromTheControlSocket(user: String, isHeard: Bool) throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--control-socket", "lab.ctl"], in: directory)
        try server.waitUntilReady(workers: 1)
        chmod(directory.path, 0o755)
        let path = "\(directory.path)/lab.ctl"
        var file = stat()
        #expect(lstat(path, &file) == 0 && file.st_mode & 0o777 == 0o600)
        chmod(path, 0o666)
        // As `drover ctl` does: what cannot be sent any more is no reason not to listen.
        let client = try Command.run(
            [setpriv, "--reuid", user, "--clear-groups", "/usr/bin/python3", "-c"] + [
                """
                import socket, sys
                s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1])
                try: s.sendall(b"dance\\n")
                except BrokenPipeError: pass
                print(s.recv(4096).decode())
                """, path,
            ])
        #expect(client.output.contains("only root and the server's own user may talk to it") == !isHeard)
        #expect(client.output.contains("unknown command") == isHeard, "\(client)")
        #expect(server.stop() == 0)
    }

    /// Found before anything starts, and by check-config.
    @Test(
        .enabled(if: geteuid() == 0 && access(setpriv, X_OK) == 0, "needs root and setpriv"),
        arguments: [
            (["--user", "daemon"], "user", "daemon"), (["--group", "daemon"], "group", "daemon"),
            (["--user", "root", "--group", "0"], "group", "0"),
        ])
    func processThatMayNotChangeItsUserStartsNothing(flags: [String], kind: String, name: String) throws {
        let drop = [setpriv, "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid"]
        for command in ["check-config", "serve"] {
            let outcome = try Command.run(
                drop + ["\(SpawnedServer.products)/drover-lab", command, "-b", "127.0.0.1:0"] + flags)
            #expect(outcome.status == 1)
            let problem =
                "--\(kind): only root can run workers as the \(kind) '\(name)'; start as root, or leave 'user' and "
                + "'group' out"
            #expect(outcome.output.contains(problem), "\(outcome)")
            #expect(!outcome.output.contains("event="))
        }
    }

    @Test(
        .enabled(if: geteuid() == 0 && access(setpriv, X_OK) == 0, "needs root and setpriv"),
        arguments: [("nobody", 0), ("daemon", 1), ("no-such-user", 1)] as [(String, Int32)])
    func ordinaryUserMayBeNamedIfItIsTheCurrentOne(name: String, status: Int32) throws {
        let nobody = try #require(getpwnam("nobody")).pointee
        let words = [
            setpriv, "--reuid", "\(nobody.pw_uid)", "--regid", "\(nobody.pw_gid)", "--clear-groups",
            "\(SpawnedServer.products)/drover-lab", "check-config", "--user", name,
        ]
        let outcome = try Command.run(words)
        // Where the tests were built an ordinary user may not be able to go.
        if outcome.output.contains("failed to execute") { return }
        #expect(outcome.status == status, "\(outcome)")
    }

    @Test func unknownUserStartsNothing() {
        let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0", "--user", "no-such-user"])
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("there is no user called 'no-such-user'"))
        #expect(!server.log.contains("event="))
    }
}
