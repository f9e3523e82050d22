import DroverTestSupport
import Glibc
import Testing

@Suite struct BootTests {
    @Test func servesOnAPortTheKernelChoseAndEndsCleanly() throws {
        let server = try SpawnedServer.lab(workers: 2)
        #expect(server.port > 0)
        let reply = try server.get("/")
        #expect(reply.status == 200)
        #expect(reply.body == "Hello, World!")
        #expect(reply.header("Content-Length") == "13")
        let workers = server.workers
        #expect(workers.count == 2)
        #expect(server.stop() == 0)
        #expect(!workers.contains(where: SpawnedServer.isAlive))
        #expect(server.lines("event=stopped").count == 1)
    }

    @Test func readyLineIsAContract() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let line = try #require(server.lines("event=worker_ready").first)
        #expect(line.contains("event=worker_ready slot=0 pid=\(server.workers[0]) generation=1"))
        #expect(server.stop() == 0)
    }

    @Test func bindsSeveralAddressesAndAUnixSocket() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-b", "127.0.0.1:0", "-b", "unix:lab.sock"], in: directory)
        try server.waitUntilReady(workers: 1)
        let ports = server.lines("event=listening").compactMap { SpawnedServer.value("address", in: $0) }
        #expect(ports.count == 3)
        for address in ports.prefix(2) {
            let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
            #expect(try TCPClient(port: port).get("/").status == 200)
        }
        var status = stat()
        #expect(lstat("\(directory.path)/lab.sock", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660, "a unix socket is for its owner and group")
        #expect(server.stop() == 0)
        #expect(lstat("\(directory.path)/lab.sock", &status) != 0, "the socket's name is gone")
    }

    @Test func leftOverUnixSocketIsReplacedALivingOneIsNot() throws {
        let directory = TemporaryDirectory()
        let first = SpawnedServer("drover-lab", ["-b", "unix:lab.sock"], in: directory)
        try first.waitUntilReady(workers: 1)
        let second = SpawnedServer("drover-lab", ["-b", "unix:lab.sock"], in: directory)
        #expect(second.waitForExit() == 1)
        #expect(first.lines("another process listens there").count == 1)
        first.signal(SIGKILL)
        #expect(first.waitForExit() == -SIGKILL)
        let third = SpawnedServer("drover-lab", ["-b", "unix:lab.sock"], in: directory)
        try third.waitUntilReady(workers: 2)
        #expect(third.stop() == 0)
    }

    @Test func addressInUseNamesAddressAndProcess() throws {
        let first = try SpawnedServer.lab(workers: 1)
        let second = SpawnedServer("drover-lab", ["-b", "127.0.0.1:\(first.port)"])
        #expect(second.waitForExit() == 1)
        #expect(second.log.contains("cannot listen on 127.0.0.1:\(first.port)"))
        #expect(second.log.contains("in use by drover-lab"))
        #expect(first.stop() == 0)
    }

    @Test(arguments: ["fail", "exit:7", "trap"])
    func applicationThatCannotBootEndsTheServerWithOneError(boot: String) throws {
        let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0", "-w", "2"], environment: ["LAB_BOOT": boot])
        #expect(server.waitForExit() == 3)
        #expect(server.lines(" error ").count == 1, "\(server.log)")
        #expect(server.lines("event=gave_up").count == 1)
        // Nobody gives up while one is still trying, and on a busy machine some other always is.
        #expect(server.lines("event=worker_exited").count <= 20)
    }

    @Test func bootThatHangsMeetsItsDeadline() throws {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--boot-timeout", "0.3"], environment: ["LAB_BOOT": "hang"])
        #expect(server.waitForExit() == 3)
        #expect(server.lines("event=boot_timeout").count == 3)
    }

    @Test func slowBootIsReadyOnlyWhenItIs() throws {
        let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0"], environment: ["LAB_BOOT": "slow:400"])
        try server.waitUntilReady(workers: 1)
        let line = try #require(server.lines("event=worker_ready").first)
        #expect(Double(SpawnedServer.value("boot_ms", in: line) ?? "") ?? 0 >= 400)
        #expect(server.stop() == 0)
    }

    @Test func wrongSettingsStartNothing() {
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", "workers: 2\n\nworker: 3\ntimeuot: 4\n")
        let server = SpawnedServer("drover-lab", [], in: directory)
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("drover.yaml:3:1: unknown setting 'worker'"))
        #expect(server.log.contains("drover.yaml:4:1: unknown setting 'timeuot'"))
        #expect(!server.log.contains("event="))
        let flag = SpawnedServer("drover-lab", ["--wokers", "2"])
        #expect(flag.waitForExit() == 1)
        #expect(flag.log.contains("--workers"))
    }
}
