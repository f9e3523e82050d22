import DroverTestSupport
import Glibc
import Testing

/// Deadlines, reloads and stops of a server behind nginx.
@Suite struct UWSGILifeTests {
    private static func packet(_ variables: KeyValuePairs<String, String>) -> [UInt8] {
        var block: [UInt8] = []
        for text in variables.flatMap({ [$0.key, $0.value] }) {
            block += [UInt8(text.utf8.count), 0] + Array(text.utf8)
        }
        return [0, UInt8(block.count), 0, 0] + block
    }

    private func lab(_ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: 2, ["--protocol", "uwsgi"] + arguments)
    }

    private func nginx(_ server: SpawnedServer) throws -> Nginx {
        try Nginx("location / { include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:\(server.port); }")
    }

    @Test(arguments: StockClass.allCases)
    func whoDoesNotGoOnIsToldSo(_ workerClass: StockClass) throws {
        let server = try lab(workerClass.flags + ["--read-timeout", "0.6"])
        let packet = Self.packet(["REQUEST_METHOD": "POST", "REQUEST_URI": "/upload", "CONTENT_LENGTH": "100"])
        for beginning in [Array(packet.prefix(3)), Array(packet.prefix(20)), packet + Array("only a part".utf8)] {
            let start = now()
            let client = try TCPClient(port: server.port)
            try client.send(beginning)
            let text = try client.receiveAll()
            #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"), "\(text)")
            #expect(now() - start > 0.5)
        }
        let early = try TCPClient(port: server.port)
        try early.send(packet + Array("only a part".utf8))
        early.endSending()
        #expect(try early.receiveAll().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        server.expectUnharmed()
    }

    @Test func slowHandlersAreCutOff() throws {
        let server = try lab(["--request-timeout", "0.5"])
        let client = try TCPClient(port: server.port)
        try client.send(Self.packet(["REQUEST_METHOD": "GET", "REQUEST_URI": "/sleep?ms=20000"]))
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        server.expectUnharmed()
    }

    @Test(.enabled(if: Nginx.isInstalled), arguments: StockClass.keepingAlive)
    func reloadsLoseNothing(_ workerClass: StockClass) throws {
        let server = try lab(workerClass.flags)
        let nginx = try nginx(server)
        let load = Load(LoadPlan(port: nginx.port, rate: 300))
        #expect(load.waitForAnswers(50))
        for round in 1...5 {
            server.signal(SIGHUP)
            try server.waitForLines("event=reloaded", count: round)
            #expect(load.waitForAnswers(20))
        }
        let tally = load.stop()
        #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(nginx.log)")
        #expect(nginx.stop() == 0)
        #expect(!nginx.log.contains("[error]"), "\(nginx.log)")
        #expect(server.lines(" error ").isEmpty)
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: Nginx.isInstalled))
    func stopLetsRequestsFinish() throws {
        let server = try lab()
        let nginx = try nginx(server)
        let clients = try (0..<4).map { _ in try TCPClient(port: nginx.port) }
        for client in clients { try client.send("GET /sleep?ms=4000 HTTP/1.1\r\nHost: test\r\n\r\n") }
        func inFlight() -> Int {
            server.workers.map { OwnedConnections.clientPorts(of: $0, on: server.port).count }.reduce(0, +)
        }
        #expect(eventually { inFlight() == 4 })
        server.signal(SIGTERM)
        for client in clients { #expect(try client.reply().body == "slept 4000 ms\n") }
        #expect(server.waitForExit() == 0)
        #expect(nginx.stop() == 0)
    }
}
