import DroverTestSupport
import Glibc
import Testing

@Suite struct HTTPTests {
    private func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n" }

    @Test(arguments: StockClass.allCases)
    func garbageIsRefusedAndTheConnectionEnds(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        for garbage in ["garbage\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"] {
            let client = try TCPClient(port: server.port)
            try client.send(garbage + get("/"))
            let text = try client.receiveAll()
            #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(text.contains("\r\nConnection: close\r\n"))
            #expect(!text.contains("200 OK"), "what follows garbage is not understood either")
        }
        #expect(try server.get("/").status == 200)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func pipelinedRequestsAreAnsweredInOrder(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        let client = try TCPClient(port: server.port)
        // The third is slow, so whoever answered out of order would be found out.
        let targets = (1...16).map { $0 == 3 ? "/sleep?ms=300" : "/bytes?n=\($0)" }
        try client.send(targets.map(get).joined())
        client.endSending()
        let text = try client.receiveAll()
        let bodies = text.components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst().map { reply in
            reply.components(separatedBy: "\r\n\r\n").last ?? ""
        }
        #expect(bodies == (1...16).map { $0 == 3 ? "slept 300 ms\n" : String(repeating: "x", count: $0) })
        server.expectUnharmed()
    }

    @Test func octetsArriveAsTheyAre() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--app", "inspect"])
        let client = try TCPClient(port: server.port)
        try client.send(Array("GET /caf\u{E9} HTTP/1.1\r\nHost: a\r\nX: caf".utf8) + [0xE9] + Array("\r\n\r\n".utf8))
        let reply = try client.reply()
        #expect(reply.status == 200)
        #expect(reply.body.contains(#""target":"/caf%C3%A9""#) && reply.body.contains(#"["X","café"]"#))
        for byte: UInt8 in [0x00, 0x09, 0x1F, 0x7F] {
            let client = try TCPClient(port: server.port)
            try client.send(Array("GET /\u{E9}".utf8) + [byte] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            #expect(try client.reply().status == 400, "\(byte)")
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func headHasNoBody(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        let client = try TCPClient(port: server.port)
        try client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n" + get("/bytes?n=3"))
        client.endSending()
        let replies = try client.receiveAll().components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst()
        try #require(replies.count == 2)
        #expect(replies[1].contains("Content-Length: 13\r\n"))
        #expect(replies[1].hasSuffix("\r\n\r\n"))
        #expect(replies[2].hasSuffix("\r\n\r\nxxx"))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func connectionIsKeptAliveBusyOrNot(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 2, workerClass.flags)
        let client = try TCPClient(port: server.port)
        let worker = try client.get("/pid").body
        #expect(server.workers.map { "\($0)" }.contains(worker))
        for _ in 0..<5 { #expect(try client.get("/pid").body == worker) }
        for _ in 0..<2 {
            // After half a second of silence its task has ended, and the next request needs another.
            eventually(within: 0.8) { false }
            #expect(try client.get("/pid").body == worker)
            #expect(try client.get("/bytes?n=100000").body.utf8.count == 100_000)
        }
        // And half a request that comes as a surprise, with the rest after it.
        eventually(within: 0.8) { false }
        try client.send("GET /pid HT")
        eventually(within: 0.8) { false }
        try client.send("TP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        let text = try client.receiveAll()
        #expect(HTTPReply(text)?.body == worker)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func restingConnectionNoticesThatItsClientLeaves(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--keep-alive", "60"])
        let worker = server.workers[0]
        func sockets() -> Int { TemporaryDirectory.entries(of: "/proc/\(worker)/fd").count }
        let before = sockets()
        let clients = try (0..<10).map { _ in try TCPClient(port: server.port) }
        for client in clients { #expect(try client.get("/").status == 200) }
        #expect(sockets() == before + 10)
        eventually(within: 0.8) { false }
        for client in clients { client.endSending() }
        for client in clients { #expect(client.isEnded()) }
        #expect(eventually { sockets() == before })
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func clientThatHasSaidAllStillGetsItsAnswer(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        for target in ["/", "/sleep?ms=300", "/bytes?n=3000000"] {
            let client = try TCPClient(port: server.port)
            try client.send(get(target))
            client.endSending()
            let reply = try #require(HTTPReply(client.receiveAll()))
            #expect(reply.status == 200)
            #expect(reply.header("Content-Length") == "\(reply.body.utf8.count)")
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func largeUploadsAreCounted(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        let size = 10 << 20
        let piece = [UInt8](repeating: 0x79, count: 100_000)
        let client = try TCPClient(port: server.port)
        try client.send("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n")
        var left = size
        while left > 0 {
            try client.send(Array(piece.prefix(left)))
            left -= min(left, piece.count)
        }
        #expect(try client.reply().body == "\(size)")
        try client.send("POST /upload HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<100 { try client.send(Array("186a0\r\n".utf8) + piece + Array("\r\n".utf8)) }
        try client.send("0\r\n\r\n")
        #expect(try client.reply().body == "10000000")
        #expect(try client.get("/").status == 200, "the body's end was found")
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func largeRepliesArriveWhole(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        // A small window makes the server wait for room again and again.
        for buffer in [nil, Int32(8192)] {
            let client = try TCPClient(port: server.port, receiveBuffer: buffer)
            try client.send("GET /bytes?n=5000000 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            var bytes: [UInt8] = []
            while case let more = try client.receive(), !more.isEmpty { bytes += more }
            let reply = try #require(HTTPReply(String(decoding: bytes, as: UTF8.self)))
            #expect(reply.header("Content-Length") == "5000000")
            #expect(bytes.count == reply.head.utf8.count + 4 + 5_000_000)
            #expect(bytes.suffix(5_000_000).allSatisfy { $0 == 0x78 })
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func clientsThatLeaveInTheMiddleDoNoHarm(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        for text in ["", "G", "GET / HTTP/1.1\r\nHo", get("/sleep?ms=300"), get("/bytes?n=9000000")] {
            let clients = try (0..<5).map { _ in try TCPClient(port: server.port, receiveBuffer: 4096) }
            for client in clients { try client.send(text) }
            for client in clients { client.close() }
        }
        #expect(try server.get("/sleep?ms=500").status == 200)
        #expect(try server.get("/").status == 200)
        server.expectUnharmed()
    }

    @Test(.enabled(if: access("/usr/bin/curl", X_OK) == 0))
    func curlSeesItsRequestAsTheServerDid() throws {
        let server = try SpawnedServer.drover(["--app", "inspect"])
        let command =
            "exec /usr/bin/curl -sS -m 20 -H 'X-Second: 2' -H 'X-First: 1' -H 'X-Second: 3' "
            + "-d 'a=b' 'http://127.0.0.1:\(server.port)/some%20path?x=1&y=%22'"
        let pipe = try #require(popen(command, "re"))
        var output = [UInt8](repeating: 0, count: 65_536)
        output.removeLast(output.count - fread(&output, 1, output.count, pipe))
        #expect(pclose(pipe) == 0)
        let json = String(decoding: output, as: UTF8.self)
        #expect(json.hasPrefix(#"{"method":"POST","target":"/some%20path?x=1&y=%22","version":"HTTP/1.1""#), "\(json)")
        #expect(json.contains(#"["X-Second","2"],["X-First","1"],["X-Second","3"]"#), "\(json)")
        #expect(json.contains(#"],"body":"YT1i","trailers":[],"remote":"127.0.0.1:"#))
        #expect(json.contains(#""local":"127.0.0.1:\#(server.port)""#))
        #expect(json.hasSuffix("}"))
        server.expectUnharmed()
    }
}

extension String {
    /// The parts between the places where `separator` stands.
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
