import DroverTestSupport
import Glibc
import Testing

/// Replies to requests that have not been received whole: they must not be lost when the connection ends.
@Suite struct LingerTests {
    private static let size = 3_000_000

    /// Why a request is answered before all of it was read.
    enum Early: CaseIterable, Sendable {
        case ignored, missing, chunked, tooLarge, unknownExpectation, longHead, longTarget, malformed

        var status: Int {
            switch self {
            case .ignored, .chunked: 200
            case .missing: 404
            case .tooLarge: 413
            case .unknownExpectation: 417
            case .longHead: 431
            case .longTarget: 414
            case .malformed: 400
            }
        }

        /// The whole of it, which is written before anything is read.
        var request: [UInt8] {
            let body = [UInt8](repeating: 0x78, count: LingerTests.size)
            func head(_ target: String, _ field: String) -> [UInt8] {
                Array("POST \(target) HTTP/1.1\r\nHost: test\r\n\(field)\r\n\r\n".utf8)
            }
            let length = "Content-Length: \(body.count)"
            switch self {
            case .ignored: return head("/", length) + body
            case .missing: return head("/none", length) + body
            case .chunked:
                return head("/", "Transfer-Encoding: chunked") + Array("\(String(body.count, radix: 16))\r\n".utf8)
                    + body
                    + Array("\r\n0\r\n\r\n".utf8)
            case .tooLarge: return head("/upload", "Content-Length: 2000000000") + body
            case .unknownExpectation: return head("/", "Expect: wonders\r\n\(length)") + body
            case .longHead: return Array("GET / HTTP/1.1\r\nHost: test\r\nX-Long: ".utf8) + body
            case .longTarget: return Array("GET /".utf8) + body
            case .malformed: return head("/", "Content-Length: one") + body
            }
        }
    }

    @Test(arguments: StockClass.allCases, Early.allCases)
    func replyReachesAPeerThatSendsAllBeforeItReads(_ workerClass: StockClass, _ early: Early) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        let request = early.request
        for _ in 0..<10 {
            let client = try TCPClient(port: server.port)
            try client.send(request)
            let reply = try client.reply()
            #expect(reply.status == early.status)
            // A body of unknown length may turn out to be short enough.
            if early != .chunked { #expect(reply.header("Connection") == "close") }
            #expect(client.isEnded())
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func replyReachesAPeerThatHasEnded(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        for size in [10, 300_000, Self.size] {
            let client = try TCPClient(port: server.port)
            try client.send("POST /none HTTP/1.1\r\nHost: test\r\nContent-Length: 5000000\r\n\r\n")
            try client.send([UInt8](repeating: 0x78, count: size))
            client.endSending()
            #expect(try client.receiveAll().hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases, ["tls", "auto"])
    func replyReachesASecurePeer(_ workerClass: StockClass, _ transport: String) throws {
        let server = try SpawnedServer.secure(
            listener: ["transport": transport, "app": "hello"], flags: workerClass.flags)
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            for size in [300_000, 3_000_000] * 5:
                raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
                with context.wrap_socket(raw, server_hostname="localhost") as client:
                    client.sendall(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: %d\\r\\n\\r\\n" % size)
                    client.sendall(bytes(size))
                    reply = b""
                    while piece := client.recv(4096):
                        reply += piece
                    print(reply.split(b"\\r\\n")[0].decode())
            """
        let done = try Command.run(["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")])
        #expect(done.output == String(repeating: "HTTP/1.1 200 OK\n", count: 10), "the farewell came too")
        server.expectUnharmed()
    }

    @Test(.enabled(if: Nginx.isInstalled), arguments: StockClass.allCases, ["proxy", "uwsgi"])
    func replyReachesClientsOfNginx(_ workerClass: StockClass, _ pass: String) throws {
        let server = try SpawnedServer.lab(
            workers: 2, workerClass.flags + ["--protocol", pass == "uwsgi" ? "uwsgi" : "http"])
        let upstream =
            pass == "uwsgi"
            ? "include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:\(server.port);"
            : "proxy_pass http://127.0.0.1:\(server.port);"
        for buffering in ["on", "off"] {
            let nginx = try Nginx("location / { \(upstream) \(pass)_request_buffering \(buffering); }")
            for size in [300_000, Self.size] {
                let request = Array("POST /none HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n".utf8)
                for _ in 0..<10 {
                    let client = try TCPClient(port: nginx.port)
                    try client.send(request + [UInt8](repeating: 0x78, count: size))
                    #expect(try client.reply().status == 404, "\(buffering) \(size)")
                }
            }
            #expect(nginx.stop() == 0)
            #expect(!nginx.log.contains("[error]"), "\(nginx.log)")
        }
        server.expectUnharmed()
    }

    /// A connection that was answered although its body does not come.
    private func lingering(_ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 50000000\r\n\r\n")
        #expect(try client.reply().status == 200)
        return client
    }

    @Test(arguments: StockClass.allCases)
    func peerThatNeverStopsSendingHasATime(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--linger-time", "0.8"])
        let client = try lingering(server)
        let start = now()
        let isReset = eventually(within: 10) {
            do {
                try client.send([UInt8](repeating: 0x78, count: 20_000))
                return false
            } catch {
                return true
            }
        }
        #expect(isReset && now() - start > 0.6 && now() - start < 8)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func peerThatIsSilentHasAShorterOne(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(
            workers: 1, workerClass.flags + ["--linger-timeout", "2", "--pid", "lab.pid"])
        let client = try lingering(server)
        #expect(
            try eventually {
                try server.control("workers", "--json").contains(
                    "\"connections\": 1, \"taken_over\": 0, \"lingering\": 1")
            })
        let start = now()
        #expect(try eventually { try server.control("workers", "--json").contains("\"connections\": 0") })
        #expect(now() - start < 8)
        client.close()
        server.expectUnharmed()
    }

    /// A request behind the last one is thrown away like any other input, and the connection is counted once.
    @Test(arguments: StockClass.keepingAlive)
    func lingeringConnectionServesNothing(_ workerClass: StockClass) throws {
        let flags = [
            "--app", "hello", "--pid", "lab.pid", "--access-logfile", "access.log", "--access-logformat", "%(U)s",
        ]
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + flags)
        for _ in 0..<3 {
            let client = try TCPClient(port: server.port)
            try client.send("GET /one HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nX")
            #expect(try client.reply().status == 200)
            #expect(client.isEnded())
            try client.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\n")
            client.close()
        }
        #expect(
            try eventually {
                try server.control("workers", "--json").contains(
                    "\"connections\": 0, \"taken_over\": 0, \"lingering\": 0")
            })
        server.expectUnharmed()
        #expect(server.directory.read("access.log") == "/one\n/one\n/one\n")
    }

    @Test func noTimeIsNone() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--linger-time", "0", "--pid", "lab.pid"])
        let client = try lingering(server)
        #expect(
            try eventually {
                try server.control("workers", "--json").contains(
                    "\"connections\": 0, \"taken_over\": 0, \"lingering\": 0")
            })
        client.close()
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func newcomerGetsThePlaceOfTheOneThatLingersLongest(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(
            workers: 1, workerClass.flags + ["--worker-connections", "2", "--pid", "lab.pid"])
        let first = try lingering(server)
        // The reply may be here before the thread is done with the connection, and its place in the line comes then.
        #expect(try eventually { try server.control("workers", "--json").contains("\"lingering\": 1") })
        let second = try lingering(server)
        #expect(try eventually { try server.control("workers", "--json").contains("\"lingering\": 2") })
        #expect(try server.get("/").status == 200)
        #expect(throws: TCPClient.Failure.self) {
            for _ in 0..<1_000 { try first.send([UInt8](repeating: 0x78, count: 10_000)) }
        }
        try second.send([UInt8](repeating: 0x78, count: 1_000_000))
        #expect(
            try eventually {
                let workers = try server.control("workers", "--json")
                return workers.contains("\"lingering\": 1") && workers.contains("\"evicted\": 1")
            })
        server.expectUnharmed()
    }

    @Test func oneConnectionAtATimeIsNotOneThatLingers() throws {
        let server = try SpawnedServer.lab(workers: 1, StockClass.sync.flags + ["--pid", "lab.pid"])
        let clients = try (0..<70).map { _ in try lingering(server) }
        // There is an end to it.
        #expect(
            try eventually {
                let workers = try server.control("workers", "--json")
                return workers.contains("\"lingering\": 65") && workers.contains("\"evicted\": 5")
            })
        #expect(try server.get("/").status == 200)
        for client in clients { client.close() }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func stopDoesNotWaitLongForThem(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(
            workers: 1, workerClass.flags + ["--linger-timeout", "60", "--linger-time", "60"])
        let client = try lingering(server)
        let start = now()
        #expect(server.stop() == 0)
        #expect(now() - start < 8)
        #expect(server.lines("event=worker_drain_timeout").isEmpty)
        client.close()
    }
}

extension SpawnedServer {
    /// What `ctl` prints; the server was started with `--pid lab.pid`.
    func control(_ words: String...) throws -> String {
        let program = ["\(Self.products)/drover-lab", "ctl"]
        return try Command.run(program + words + ["--socket", "\(directory.path)/lab.ctl"]).output
    }
}
