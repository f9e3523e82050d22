import DroverTestSupport
import Glibc
import Testing

@Suite struct ActivationTests {
    private let directory = TemporaryDirectory()

    private func start(_ sockets: [Int32], names: String, _ arguments: [String]) throws -> SpawnedServer {
        let server = SpawnedServer(
            "drover-lab", ["--pid", "lab.pid"] + arguments, environment: ["LISTEN_FDNAMES": names], in: directory,
            sockets: sockets)
        try server.waitUntilReady(workers: 1)
        return server
    }

    @Test func serverWithoutAddressesServesAllThatItWasPassed() throws {
        let (first, second) = (try TCPListener(), try TCPListener())
        // One unit's sockets all have the unit's name.
        let server = try start([first.descriptor, second.descriptor], names: "web:web", [])
        #expect(server.lines("event=listening").count == 2)
        for listener in [first, second] { #expect(try TCPClient(port: listener.port).get("/").status == 200) }
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        for listener in [first, second] { #expect(try TCPClient(port: listener.port).get("/").status == 200) }
        #expect(server.lines("event=listening").count == 2)
        #expect(server.stop() == 0)
    }

    @Test func namesAddressesAndNumbersClaimAndTheRestIsClosed() throws {
        let listeners = try (0..<4).map { _ in try TCPListener() }
        let server = try start(
            listeners.map(\.descriptor), names: "web:admin:spare:left-over",
            ["-b", "fd://web", "-b", "127.0.0.1:\(listeners[1].port)", "-b", "fd://5"])
        #expect(server.lines("event=listening").count == 3)
        for listener in listeners.prefix(3) { #expect(try TCPClient(port: listener.port).get("/").status == 200) }
        let warning = try #require(server.lines("event=socket_unclaimed").first)
        #expect(
            warning.contains(" warning ") && warning.contains("name=left-over address=127.0.0.1:\(listeners[3].port)"))
        #expect(server.lines("event=socket_unclaimed").count == 1)
        #expect(server.stop() == 0)
    }

    @Test func clientsOfASocketForBothFamiliesKeepTheirNames() throws {
        guard let listener = try TCPListener.dualStack() else { return }
        let format = ["--access-logfile", "access.log", "--access-logformat", "%(h)s %({REMOTE_ADDR}e)s"]
        let server = try start([listener.descriptor], names: "web", format)
        let client = try TCPClient(port: listener.port)
        #expect(try client.get("/message/client").body.hasPrefix("127.0.0.1:"))
        #expect(eventually { directory.read("access.log") == "127.0.0.1 127.0.0.1\n" })
        #expect(server.stop() == 0)
    }

    @Test func nameThatWasNotPassedIsRefusedWithThoseThatWere() throws {
        let listener = try TCPListener()
        let server = SpawnedServer(
            "drover-lab", ["-b", "fd://wbe"], environment: ["LISTEN_FDNAMES": "web"], sockets: [listener.descriptor])
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("cannot listen on fd://wbe"))
        #expect(server.log.contains("passed no socket called 'wbe'; it passed web"))
    }

    @Test func upgradeKeepsWhatWasPassed() throws {
        let listener = try TCPListener()
        let path = "\(directory.path)/passed.sock"
        let local = UnixListener(path: path)
        let server = try start([listener.descriptor, local.descriptor], names: "web:local", [])
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        let young = try #require(directory.waitForPID("lab.pid"))
        defer { kill(young, SIGKILL) }
        #expect(try TCPClient(port: listener.port).get("/").status == 200)
        kill(young, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(young) })
        #expect(access(path, F_OK) == 0, "the name of a socket that was lent stays")
        #expect(server.lines(" error ").isEmpty, "\(server.log)")
    }

    @Test func socketThatIsClaimedByItsPathKeepsItsName() throws {
        let path = "\(directory.path)/passed.sock"
        let listener = UnixListener(path: path)
        let server = try start([listener.descriptor], names: "web", ["-b", "unix:\(path)"])
        #expect(server.lines("event=listening address=unix:\(path)").count == 1)
        #expect(server.lines("event=socket_unclaimed").isEmpty)
        #expect(server.stop() == 0)
        #expect(access(path, F_OK) == 0)
    }
}
