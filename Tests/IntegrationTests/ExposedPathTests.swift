import DroverTestSupport
import Glibc
import Testing

/// A server of root's whose files lie in a folder of the workers' user: that user may put there anything.
@Suite(.enabled(if: geteuid() == 0, "only root can be led astray")) struct ExposedPathTests {
    private let directory = TemporaryDirectory()
    private let nobody = getpwnam("nobody").pointee.pw_uid

    init() {
        chmod(directory.path, 0o755)
        mkdir("\(directory.path)/theirs", 0o755)
        chown("\(directory.path)/theirs", nobody, ~0)
        chmod(directory.write("victim", "secret\n"), 0o600)
    }

    private func plant(_ name: String, _ target: String) {
        unlink("\(directory.path)/\(name)")
        symlink(target, "\(directory.path)/\(name)")
        lchown("\(directory.path)/\(name)", nobody, ~0)
    }

    private func status(_ name: String) -> stat? {
        var status = stat()
        return lstat("\(directory.path)/\(name)", &status) == 0 ? status : nil
    }

    private func server(_ arguments: [String]) -> SpawnedServer {
        SpawnedServer("drover-lab", ["-b", "127.0.0.1:0", "-w", "1", "--user", "nobody"] + arguments, in: directory)
    }

    private func expectUntouched() {
        #expect(directory.read("victim") == "secret\n")
        #expect(status("victim")?.st_uid == 0 && status("victim").map { $0.st_mode & 0o777 } == 0o600)
    }

    @Test(arguments: ["--access-logfile", "--error-logfile"], ["../victim", "../nothing"])
    func plantedLogKeepsTheServerFromStarting(flag: String, target: String) {
        plant("theirs/x.log", target)
        let server = server([flag, "theirs/x.log"])
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("open theirs/x.log: 'x.log' is a link that others than root could have made"))
        #expect(status("nothing") == nil)
        expectUntouched()
    }

    @Test(arguments: ["--access-logfile", "--error-logfile"])
    func plantedLogIsNotReopened(flag: String) throws {
        let server = server([flag, "theirs/x.log", "--pid", "lab.pid"])
        try #require(eventually { directory.waitForPID("lab.pid") != nil })
        let log = { flag == "--error-logfile" ? directory.read("theirs/x.log.1") : server.log }
        rename("\(directory.path)/theirs/x.log", "\(directory.path)/theirs/x.log.1")
        #expect(eventually { log().contains("event=worker_ready") })
        plant("theirs/x.log", "../victim")
        server.signal(SIGUSR1)
        // The arbiter's, and a worker's, which may not open the file.
        #expect(eventually { log().split(separator: "\n").count { $0.contains("event=reopen_failed") } == 2 })
        // The same by an order, which is not told that all is well.
        let order = ["\(SpawnedServer.products)/drover-lab", "ctl", "reopen", "--socket", "\(directory.path)/lab.ctl"]
        let refused = try Command.run(order)
        #expect(refused.status == 1 && refused.output.contains("open theirs/x.log: 'x.log' is a link"), "\(refused)")
        #expect(refused.output.split(separator: "\n").count == 1, "\(refused)")
        #expect(eventually { log().split(separator: "\n").count { $0.contains("event=reopen_failed") } == 4 })
        #expect(!log().contains("event=logs_reopened"))
        expectUntouched()
        unlink("\(directory.path)/theirs/x.log")
        let done = try Command.run(order)
        #expect(done.status == 0 && done.output == "logs reopened\n", "\(done)")
        #expect(eventually { status("theirs/x.log")?.st_uid == nobody })
        #expect(server.stop() == 0)
    }

    @Test func plantedPIDFileIsReplaced() throws {
        plant("theirs/x.pid", "../victim")
        let server = server(["--pid", "theirs/x.pid"])
        try server.waitUntilReady(workers: 1)
        expectUntouched()
        #expect(directory.read("theirs/x.pid") == "\(server.pid)\n")
        #expect(server.stop() == 0)
        #expect(TemporaryDirectory.entries(of: "\(directory.path)/theirs").isEmpty)
    }

    /// Opened for reading, it would wait for a writer.
    @Test func pipeInThePlaceOfThePIDFileHoldsNothingUp() throws {
        mkfifo("\(directory.path)/theirs/x.pid", 0o666)
        let server = server(["--pid", "theirs/x.pid"])
        try server.waitUntilReady(workers: 1)
        unlink("\(directory.path)/theirs/x.pid")
        mkfifo("\(directory.path)/theirs/x.pid", 0o666)
        #expect(server.stop() == 0)
        #expect(status("theirs/x.pid") != nil, "it is another's")
    }

    @Test(arguments: [
        ["--pid", "way/x.pid"], ["-b", "unix:way/x.sock"], ["--control-socket", "way/x.ctl"],
        ["--access-logfile", "way/x.log"],
    ])
    func plantedFolderIsNotEntered(arguments: [String]) {
        mkdir("\(directory.path)/roots", 0o700)
        plant("theirs/way", "../roots")
        let server = server(arguments.map { $0.replacing("way/", with: "theirs/way/") })
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("'way' is a link that others than root could have made"), "\(server.log)")
        #expect(TemporaryDirectory.entries(of: "\(directory.path)/roots").isEmpty)
    }

    @Test func socketsInTheirFolderKeepTheirNamesOverAnUpgrade() throws {
        let path = "\(directory.path)/theirs/x.sock"
        let server = server(["-b", "unix:\(path)", "--control-socket", "theirs/x.ctl", "--pid", "theirs/x.pid"])
        try server.waitUntilReady(workers: 1)
        #expect(server.lines("event=listening address=unix:\(path)").count == 1)
        #expect(status("theirs/x.sock")?.st_uid == nobody)
        #expect(status("theirs/x.ctl")?.st_uid == 0 && status("theirs/x.ctl").map { $0.st_mode & 0o777 } == 0o600)
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        #expect(eventually { directory.waitForPID("theirs/x.pid").map { $0 != server.pid } ?? false })
        let young = try #require(directory.waitForPID("theirs/x.pid"))
        defer { kill(young, SIGKILL) }
        #expect(server.lines("event=listening address=unix:\(path)").count == 2)
        let answer = try Command.run(["curl", "-s", "--unix-socket", path, "http://test/"])
        #expect(answer.status == 0 && answer.output.hasPrefix("Hello"), "\(answer)")
        #expect(eventually { status("theirs/x.ctl.2") == nil })
        kill(young, SIGTERM)
        #expect(eventually { TemporaryDirectory.entries(of: "\(directory.path)/theirs").isEmpty })
        #expect(eventually { !SpawnedServer.isAlive(young) })
    }

    /// As images do that write their logs to the container's.
    @Test func rootsLinkToStandardOutputIsFollowed() throws {
        mkdir("\(directory.path)/log", 0o755)
        symlink("/dev/stdout", "\(directory.path)/log/access.log")
        let server = server(["--access-logfile", "log/access.log"])
        try server.waitUntilReady(workers: 1)
        let client = try TCPClient(port: server.port)
        for count in 1...2 {
            _ = try client.get("/")
            #expect(eventually { server.output.split(separator: "\n").count == count })
            server.signal(SIGUSR1)
        }
        #expect(server.lines("event=reopen_failed").isEmpty)
        #expect(status("stdout")?.st_uid == 0)
        #expect(server.stop() == 0)
    }
}
