import DroverTestSupport
import Glibc
import Testing

/// Sessions that go on elsewhere, and certificates that change under them.
@Suite struct SecureSessionTests {
    /// The worker that answered.
    private func worker(_ output: String) -> String? {
        output.split(separator: "\"pid\":").last?.split(separator: ",").first.map(String.init)
    }

    private func arbiter(_ directory: TemporaryDirectory) -> pid_t? {
        pid_t(directory.read("lab.pid").split(separator: "\n").first ?? "")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func sessionsGoOnOnAnyWorkerAndAfterAReloadAndAnUpgrade(_ version: String) throws {
        let directory = TemporaryDirectory()
        let server = try SpawnedServer.secure(
            workers: 3, flags: ["--pid", "lab.pid"], in: directory)
        let session = "\(directory.path)/session"
        _ = try server.client([version, "-sess_out", session])
        var workers: Set<String> = []
        let reachesOthers = try eventually {
            let outcome = try server.client([version, "-sess_in", session])
            guard outcome.output.contains("\"resumed\":true"), let pid = worker(outcome.output) else { return false }
            workers.insert(pid)
            return workers.count > 1
        }
        #expect(reachesOthers, "\(workers)")
        // A connection that resumed gets a ticket for the next one.
        for _ in 0..<3 {
            let outcome = try server.client([version, "-sess_in", session, "-sess_out", session])
            #expect(outcome.output.contains("\"resumed\":true"), "\(outcome.output)")
        }
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        #expect(try server.client([version, "-sess_in", session]).output.contains("\"resumed\":true"))
        // Port 0 stays the port it was: the successor inherits the socket.
        let port = server.port
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        #expect(eventually { arbiter(directory) != nil && arbiter(directory) != server.pid })
        let successor = try #require(arbiter(directory))
        defer { kill(successor, SIGKILL) }
        let later = try Command.run(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof", version, "-sess_in", session],
            input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(later.output.contains("\"resumed\":true"), "\(later.output)")
        kill(successor, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(successor) })
    }

    @Test func ticketKeysAreRotatedAndForgotten() throws {
        let server = try SpawnedServer.secure(["session_lifetime": "1s"], settings: ["loglevel: debug"])
        let session = "\(server.directory.path)/session"
        _ = try server.client(["-tls1_3", "-sess_out", session])
        #expect(try server.client(["-tls1_3", "-sess_in", session]).output.contains("\"resumed\":true"))
        try server.waitForLines("event=ticket_keys_rotated", count: 3)
        #expect(try server.client(["-tls1_3", "-sess_in", session]).output.contains("\"resumed\":false"))
        _ = try server.client(["-tls1_3", "-sess_out", session])
        #expect(try server.client(["-tls1_3", "-sess_in", session]).output.contains("\"resumed\":true"))
        server.expectUnharmed()
    }

    @Test func sessionsWithoutTicketsDoNotGoOn() throws {
        let server = try SpawnedServer.secure(["session_tickets": "false"])
        for version in ["-tls1_2", "-tls1_3"] {
            let session = "\(server.directory.path)/session\(version)"
            _ = try server.client([version, "-sess_out", session])
            #expect(!(try server.client([version, "-sess_in", session])).output.contains("\"resumed\":true"))
        }
        server.expectUnharmed()
    }

    // MARK: Certificates that change

    /// A folder with a certificate of its own, which can be renewed.
    private func folderWithCertificate() throws -> (TemporaryDirectory, [String: String]) {
        let directory = TemporaryDirectory()
        try put("server", into: directory)
        return (directory, ["certfile": "current.pem", "keyfile": "current.key"])
    }

    private func put(_ name: String, into directory: TemporaryDirectory, _ endings: [String] = ["pem", "key"]) throws {
        for ending in endings {
            directory.write(
                "new.\(ending)", TemporaryDirectory.content(of: Certificates.path("\(name).\(ending)")) ?? "")
            rename("\(directory.path)/new.\(ending)", "\(directory.path)/current.\(ending)")
        }
    }

    /// The serial number of the certificate that a newcomer gets.
    private func serial(_ server: SpawnedServer) throws -> String {
        let shown = try server.client(["-showcerts"]).output
        let done = try Command.run(["openssl", "x509", "-noout", "-serial"], input: shown)
        return String(done.output.split(separator: "\n").first ?? "")
    }

    private func serial(ofFile name: String) throws -> String {
        let done = try Command.run(["openssl", "x509", "-noout", "-serial", "-in", Certificates.path("\(name).pem")])
        return String(done.output.split(separator: "\n").first ?? "")
    }

    @Test func reloadTakesNewCertificatesAndKeepsConnections() throws {
        let (directory, settings) = try folderWithCertificate()
        let server = try SpawnedServer.secure(settings, listener: ["app": "lab"], workers: 2, in: directory)
        #expect(try serial(server) == serial(ofFile: "server"))
        let slow = Worker {
            (try? Curl.run(
                ["-k", "https://localhost:\(server.port)/sleep?ms=1500", "-w", "[%{http_code}]"]))?.output ?? "nothing"
        }
        #expect(eventually { !server.lines("event=worker_ready").isEmpty })
        usleep(200_000)
        try put("renewed", into: directory)
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        #expect(try serial(server) == serial(ofFile: "renewed"))
        #expect(slow.join().hasSuffix("[200]"))
        #expect(server.stop() == 0)
    }

    @Test func reloadWithAWrongCertificateKeepsTheOldOne() throws {
        let (directory, settings) = try folderWithCertificate()
        let server = try SpawnedServer.secure(settings, in: directory)
        try put("expired", into: directory)
        server.signal(SIGHUP)
        try server.waitForLines("event=reload_failed")
        let line = server.lines("event=reload_failed")[0]
        #expect(line.contains("drover.yaml:4:"), "\(line)")
        #expect(line.contains("'certfile' 'current.pem' has expired on 20"), "\(line)")
        #expect(try serial(server) == serial(ofFile: "server"))
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func watchTakesNewCertificatesWithoutNewWorkers(_ workerClass: StockClass) throws {
        let (directory, settings) = try folderWithCertificate()
        let watching = settings.merging(["watch": "true"]) { $1 }
        let server = try SpawnedServer.secure(watching, workers: 2, flags: workerClass.flags, in: directory)
        let workers = server.workers
        #expect(try serial(server) == serial(ofFile: "server"))
        // Half of a renewal is none: the key does not match.
        try put("renewed", into: directory, ["pem"])
        try server.waitForLines("event=certificates_kept")
        #expect(server.lines("event=certificates_kept")[0].contains("is not the key of the certificate"))
        #expect(try serial(server) == serial(ofFile: "server"))
        try put("renewed", into: directory, ["key"])
        try server.waitForLines("event=certificates_reloaded")
        for _ in 0..<6 { #expect(try serial(server) == serial(ofFile: "renewed")) }
        #expect(server.workers == workers)
        // A worker that is started later has it too.
        for worker in workers { kill(worker, SIGKILL) }
        try server.waitUntilReady(workers: 4)
        #expect(try serial(server) == serial(ofFile: "renewed"))
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: getuid() == 0)) func workersNeedNotReadTheKey() throws {
        let (directory, settings) = try folderWithCertificate()
        chmod(directory.path, 0o755)
        chmod("\(directory.path)/current.key", 0o600)
        let watching = settings.merging(["watch": "true"]) { $1 }
        let server = try SpawnedServer.secure(watching, settings: ["user: nobody"], in: directory)
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        try put("renewed", into: directory)
        chmod("\(directory.path)/current.key", 0o600)
        try server.waitForLines("event=certificates_reloaded")
        #expect(try serial(server) == serial(ofFile: "renewed"))
        server.expectUnharmed()
    }
}
