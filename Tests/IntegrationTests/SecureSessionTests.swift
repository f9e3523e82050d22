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

    /// A session that began with a key goes on after the next one has taken its place.
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func theKeyBeforeStillOpensTickets(_ version: String) throws {
        let server = try SpawnedServer.secure(["session_lifetime": "2s"], settings: ["loglevel: debug"])
        let rotations = { server.lines("event=ticket_keys_rotated").count }
        let session = "\(server.directory.path)/session"
        let goesOn = try eventually {
            // The last one that began wholly before a rotation is only as old as one handshake when that comes.
            var began = rotations()
            var last: String?
            var number = 0
            while true {
                number += 1
                let file = "\(session)-\(number)"
                _ = try server.client([version, "-sess_out", file])
                if rotations() == began { last = file } else if last != nil { break } else { began = rotations() }
            }
            return try server.client([version, "-sess_in", try #require(last)]).output.contains("\"resumed\":true")
        }
        #expect(goesOn)
        server.expectUnharmed()
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func sessionsWithoutTicketsDoNotGoOn(_ version: String) throws {
        let server = try SpawnedServer.secure()
        let session = "\(server.directory.path)/session"
        let first = try server.client([version, "-sess_out", session]).output
        #expect(first.contains("TLS session ticket lifetime hint"), "\(first)")
        #expect(try server.client([version, "-sess_in", session]).output.contains("\"resumed\":true"))
        server.directory.write("drover.yaml", SpawnedServer.secureConfiguration(["session_tickets": "false"]))
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        // The ticket that counted a moment ago does not any more, and nobody gets another one.
        let output = try server.client([version, "-sess_in", session]).output
        #expect(output.contains("\"resumed\":false"), "\(output)")
        let fresh = try server.client([version, "-sess_out", "\(session)-2"]).output
        #expect(fresh.contains("HTTP/1.1 200 OK"))
        #expect(!fresh.contains("TLS session ticket lifetime hint"), "\(fresh)")
        #expect(server.stop() == 0)
    }

    // MARK: Several listeners

    /// The ports of all listeners, in the configuration's order.
    private func ports(_ server: SpawnedServer) -> [UInt16] {
        server.lines("event=listening").compactMap { line in
            SpawnedServer.value("address", in: line)?.split(separator: ":").last.flatMap { UInt16($0) }
        }
    }

    private func listener(_ certificate: String, _ more: String = "") -> String {
        "  - { bind: \"127.0.0.1:0\", transport: tls, protocol: http, app: inspect, tls: { certfile: "
            + "\(Certificates.path("\(certificate).pem")), keyfile: \(Certificates.path("\(certificate).key"))\(more) } }\n"
    }

    private func server(_ listeners: [String], _ settings: String = "") throws -> SpawnedServer {
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", "listeners:\n" + listeners.joined() + settings)
        let server = SpawnedServer("drover-lab", ["--workers", "1"], in: directory)
        try server.waitUntilReady(workers: 1)
        return server
    }

    private func client(_ port: UInt16, _ arguments: [String]) throws -> String {
        try Command.run(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + arguments,
            input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        ).output
    }

    /// Who resumes is not shown a certificate: a ticket of another one's must not count as having seen this one.
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func ticketsCountOnlyForTheCertificateThatWasShown(_ version: String) throws {
        let others = ["other", "renewed", "rsa"]
        let server = try server((["server", "server"] + others).map { listener($0) })
        let ports = ports(server)
        let session = "\(server.directory.path)/session"
        _ = try client(ports[0], [version, "-sess_out", session])
        for port in ports.prefix(2) {
            let output = try client(port, [version, "-sess_in", session])
            #expect(output.contains("\"resumed\":true"), "\(output)")
        }
        for port in ports.dropFirst(2) {
            let output = try client(port, [version, "-sess_in", session])
            #expect(output.contains("\"resumed\":false"), "\(output)")
        }
        server.expectUnharmed()
    }

    /// Whatever name they ask for, they meet the same listener.
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func ticketsCountForEachNameOfAListener(_ version: String) throws {
        let more =
            ", certificates: [{ certfile: \(Certificates.path("other.pem")), keyfile: \(Certificates.path("other.key")) }]"
        let server = try server([listener("server", more)])
        let session = "\(server.directory.path)/session"
        for name in ["localhost", "other.example"] {
            _ = try client(server.port, [version, "-servername", name, "-sess_out", session])
            let output = try client(server.port, [version, "-servername", name, "-sess_in", session])
            #expect(output.contains("\"resumed\":true"), "\(name): \(output)")
        }
        server.expectUnharmed()
    }

    @Test func lifetimesAreTheListenersOwn() throws {
        let server = try server(
            [listener("server", ", session_lifetime: 1s"), listener("server", ", session_lifetime: 1h")],
            "loglevel: debug\n")
        let ports = ports(server)
        let session = "\(server.directory.path)/session"
        _ = try client(ports[1], ["-tls1_3", "-sess_out", session])
        // Keys go after two rotations; those of the short sessions, that is.
        try server.waitForLines("event=ticket_keys_rotated", count: 3)
        let output = try client(ports[1], ["-tls1_3", "-sess_in", session])
        #expect(output.contains("\"resumed\":true"), "\(output)")
        server.expectUnharmed()
    }
}
