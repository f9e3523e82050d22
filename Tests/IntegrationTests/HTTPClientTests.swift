import DroverTestSupport
import Glibc
import Testing

/// What a client makes of it that knows nothing of this server.
@Suite(.enabled(if: Curl.isInstalled, "curl is not installed"))
struct HTTPClientTests {
    private func curl(_ server: SpawnedServer, _ path: String, _ arguments: [String] = []) throws -> Curl.Outcome {
        try Curl.run(arguments + ["http://127.0.0.1:\(server.port)\(path)"])
    }

    @Test func keepsItsConnection() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let url = "http://127.0.0.1:\(server.port)/pid"
        let outcome = try Curl.run(["-w", " %{num_connects}\n", url, url, url])
        #expect(outcome.output.split(separator: "\n").map { $0.split(separator: " ").last } == ["1", "0", "0"])
        let old = try Curl.run(["-0", "-H", "Connection: keep-alive", "-w", " %{num_connects}\n", url, url])
        #expect(old.output.split(separator: "\n").map { $0.split(separator: " ").last } == ["1", "0"])
        server.expectUnharmed()
    }

    @Test func streamsArriveWhole() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let format = ["-o", "/dev/null", "-w", "%{size_download} %{http_version} %{http_code}"]
        for (path, version, expected) in [
            ("/message/stream?n=1000&size=10000", [], "10000000 1.1 200"),
            ("/message/stream?n=1000&size=10000", ["-0"], "10000000 1.1 200"),
            ("/message/stream?n=10&size=100&length=1000", [], "1000 1.1 200"),
            ("/message/stream?n=0", [], "0 1.1 200"),
        ] {
            let outcome = try curl(server, path, version + format)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output == expected)
        }
        server.expectUnharmed()
    }

    @Test func streamIsSentAsItIsWritten() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let client = try TCPClient(port: server.port)
        try client.send("GET /message/stream?n=3&ms=300&size=5 HTTP/1.1\r\nHost: test\r\n\r\n")
        let start = now()
        let first = try client.receive { $0.contains("5\r\nsssss\r\n") }
        #expect(now() - start < 0.28)
        #expect(!first.contains("0\r\n\r\n"))
        #expect(try client.receive { $0.hasSuffix("0\r\n\r\n") }.hasPrefix("5\r\nsssss\r\n"))
        #expect(now() - start >= 0.6)
        server.expectUnharmed()
    }

    @Test(arguments: [
        ("/message/broken-stream?n=2", [], Int32(18)), ("/message/broken-stream?n=2", ["-0"], 56),
        ("/message/stream?n=3&size=10&length=31", [], 18), ("/message/stream?n=3&size=10&length=31", ["-0"], 18),
    ])
    func partOfAStreamIsNeverTakenForTheWhole(_ path: String, _ version: [String], _ status: Int32) throws {
        let server = try SpawnedServer.lab(workers: 1)
        #expect(try curl(server, path, version).status == status)
        try server.waitForLines("event=response_broken_off")
        let line = try #require(server.lines("event=response_broken_off").first)
        #expect(line.contains(" error "))
        #expect(line.contains("request="))
        #expect(try curl(server, "/").output == "Hello, World!")
        #expect(server.stop() == 0)
    }

    @Test func slowReaderHoldsUpItsStreamAndNobodyElse() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let reader = try TCPClient(port: server.port, receiveBuffer: 8_192)
        try reader.send("GET /message/stream?n=4000&size=10000 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        _ = try reader.receive()
        let before = Self.residentPages(server.workers[0])
        for _ in 0..<20 { #expect(try curl(server, "/").output == "Hello, World!") }
        // Forty megabytes wait for the reader where they are made, not in memory.
        #expect(Self.residentPages(server.workers[0]) - before < 1_000)
        var count = 0
        while case let more = try reader.receive(), !more.isEmpty { count += more.count }
        #expect(count > 39_990_000)
        server.expectUnharmed()
    }

    @Test func earlyHints() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let outcome = try curl(server, "/message/hints", ["-i"])
        #expect(
            outcome.output.hasPrefix("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"))
        #expect(outcome.output.hasSuffix("hinted\n"))
        server.expectUnharmed()
    }

    @Test func uploads() throws {
        let server = try SpawnedServer.lab(workers: 1)
        server.directory.write("upload", String(repeating: "u", count: 3_000_000))
        let file = "\(server.directory.path)/upload"
        for arguments in [
            ["--data-binary", "@\(file)"], ["--data-binary", "@\(file)", "-H", "Transfer-Encoding: chunked"],
            ["-T", file], ["-T", file, "-H", "Expect: 100-continue"], ["-T", file, "-H", "Expect:"],
            ["-0", "-T", file],
        ] {
            let outcome = try curl(server, "/upload", arguments)
            #expect(outcome.output == "3000000", "\(arguments)")
        }
        server.expectUnharmed()
    }

    @Test func refusedUploadIsNotSent() throws {
        let server = try SpawnedServer.lab(workers: 1)
        server.directory.write("upload", String(repeating: "u", count: 3_000_000))
        let outcome = try curl(
            server, "/fail",
            ["-T", "\(server.directory.path)/upload", "-H", "Expect: 100-continue", "-w", " %{size_upload}"])
        #expect(outcome.output == "500 Internal Server Error\n 0")
        #expect(server.stop() == 0)
    }

    @Test func upgrade() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--keep-alive", "1"])
        let refused = try curl(server, "/message/upgrade", ["-i"])
        #expect(refused.output.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
        let client = try TCPClient(port: server.port)
        try client.send(
            "GET /message/upgrade HTTP/1.1\r\nHost: test\r\nConnection: upgrade\r\nUpgrade: lab\r\n\r\nearly")
        #expect(try client.receive { $0.hasSuffix("early") }.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        // Longer than keep-alive lets an HTTP connection be silent.
        eventually(within: 1.6) { false }
        try client.send("late")
        #expect(try String(decoding: client.receive(exactly: 4), as: UTF8.self) == "late")
        server.signal(SIGTERM)
        #expect(try client.receiveAll() == "going away\n")
        #expect(server.waitForExit() == 0)
    }

    @Test func otherProtocolsAreRecognised() throws {
        let server = try SpawnedServer.lab(workers: 1)
        #expect(try curl(server, "/", ["--http2-prior-knowledge"]).status != 0)
        #expect(try Curl.run(["-k", "https://127.0.0.1:\(server.port)/"]).status == 35)
        try server.waitForLines("event=http2_preface")
        try server.waitForLines("event=wrong_protocol")
        #expect(server.lines("client=TLS spoken=HTTP").count == 1)
        // What curl offers beside HTTP/1.1 is declined by answering in HTTP/1.1.
        #expect(try curl(server, "/", ["--http2"]).output == "Hello, World!")
        #expect(try curl(server, "/", ["-p", "-x", "http://127.0.0.1:\(server.port)"]).status != 0)
        server.expectUnharmed()
    }

    @Test func proxiesSayWhoTheClientIs() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let headers = [
            "-H", "X-Forwarded-For: 203.0.113.9", "-H", "X-Forwarded-Proto: https", "-H", "X-Forwarded-Host: shop",
            "-H", "X-Request-Id: abc-1",
        ]
        let trusted = try curl(server, "/message/client", headers).output
        #expect(trusted.hasPrefix("203.0.113.9:0 127.0.0.1:"))
        #expect(trusted.hasSuffix(" https shop abc-1\n"))
        for (proto, scheme) in [("wss", "https"), ("ws", "http"), ("http, https", "https"), ("ftp", "http")] {
            let webSocket = try curl(server, "/message/client", ["-H", "X-Forwarded-Proto: \(proto)"]).output
            #expect(webSocket.contains(" \(scheme) "), "\(proto): \(webSocket)")
        }
        #expect(try curl(server, "/", ["-H", "X-Forwarded-Host: a/b", "-w", "%{http_code}"]).output.hasSuffix("400"))
        server.expectUnharmed()
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", "http: { forwarded_allow_ips: [10.0.0.0/8, unix], header_map: refuse }\n")
        let strict = SpawnedServer("drover-lab", ["--bind", "127.0.0.1:0", "--workers", "1"], in: directory)
        try strict.waitUntilReady(workers: 1)
        #expect(try curl(strict, "/message/client", headers).output.hasPrefix("127.0.0.1:"))
        #expect(try curl(strict, "/", ["-H", "X_A: b", "-w", " %{http_code}"]).output.hasSuffix(" 400"))
        strict.expectUnharmed()
    }

    @Test func proxiesOnUnixSocketsAreBelieved() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["--bind", "unix:lab.sock", "--workers", "1", "--proxy-protocol", "on"], in: directory)
        try server.waitUntilReady(workers: 1)
        let address = ["--unix-socket", "\(directory.path)/lab.sock", "http://a/message/client"]
        let told = try Curl.run(address + ["-H", "X-Forwarded-For: 203.0.113.9", "-H", "X-Forwarded-Proto: https"])
        #expect(told.output.hasPrefix("203.0.113.9:0 unix: https a "), "\(told.output)")
        // Over a unix socket curl says that it does not know who the client is, which ends the connection unless its
        // word is taken.
        #expect(try Curl.run(address + ["--haproxy-protocol"]).output.hasPrefix("unix: unix: http a "))
        server.expectUnharmed()
    }

    @Test func trailersBothWays() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let client = try TCPClient(port: server.port)
        try client.send(
            "POST /message/echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n")
        let text = try client.receiveAll()
        #expect(text.contains("\r\nTrailer: X-Sum\r\n"))
        #expect(text.hasSuffix("\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n"))
        server.expectUnharmed()
    }

    private static func residentPages(_ pid: pid_t) -> Int {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/statm") ?? ""
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
