import DroverTestSupport
import Glibc
import Testing

@Suite struct DeadlineTests {
    private let half = "GET / HTTP/1.1\r\nHost: te"

    /// Measures how many seconds `body` takes, which must not be before a deadline and long after it neither.
    private func expectEnd(
        after seconds: Double, _ place: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) rethrows {
        let start = now()
        try body()
        let elapsed = now() - start
        // The clock is read once a turn of the loop, so what a client measures may be a little less.
        #expect(elapsed > seconds - 0.1 && elapsed < seconds + 8, sourceLocation: place)
    }

    @Test(arguments: ["http", "echo"])
    func clientThatSaysNothing(_ name: String) throws {
        let server = try SpawnedServer.drover(["--protocol", name, "--first-byte-timeout", "0.6"])
        try expectEnd(after: 0.6) {
            let client = try TCPClient(port: server.port)
            #expect(client.isEnded())
        }
        server.expectUnharmed()
    }

    // Shorter and longer than what it takes until an idle connection rests.
    @Test(arguments: [0.3, 1.5])
    func clientThatAsksNoMore(_ keepAlive: Double) throws {
        let server = try SpawnedServer.lab(workers: 1, ["--keep-alive", "\(keepAlive)"])
        let client = try TCPClient(port: server.port)
        #expect(try client.get("/").status == 200)
        expectEnd(after: keepAlive) { #expect(client.isEnded()) }
        server.expectUnharmed()
    }

    @Test func clientThatAsksNoMoreOfAProtocolThatKeepsItsTask() throws {
        let server = try SpawnedServer.drover(["--protocol", "echo", "--keep-alive", "0.9"])
        let client = try TCPClient(port: server.port)
        try client.send("a")
        #expect(try client.receive() == [0x61])
        expectEnd(after: 0.9) { #expect(client.isEnded()) }
        server.expectUnharmed()
    }

    @Test func keepAliveOfZeroEndsAfterTheReply() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--keep-alive", "0"])
        let client = try TCPClient(port: server.port)
        #expect(try client.get("/").status == 200)
        expectEnd(after: 0) { #expect(client.isEnded()) }
        server.expectUnharmed()
    }

    // docs/SETTINGS.md: "0 is no limit".
    @Test(arguments: ["--first-byte-timeout", "--read-timeout", "--write-timeout", "--handshake-timeout"])
    func zeroIsNoLimit(_ flag: String) throws {
        let server = try SpawnedServer.lab(workers: 1, [flag, "0"])
        let client = try TCPClient(port: server.port, receiveBuffer: 4096, timeout: 1)
        if flag == "--first-byte-timeout" { #expect(try client.receiveUnlessSilent() == nil) }
        try client.send("GET /bytes?n=20000000 HTTP/1.1\r\n")
        if flag == "--read-timeout" { #expect(try client.receiveUnlessSilent() == nil) }
        try client.send("Host: test\r\nConnection: close\r\n\r\n")
        if flag == "--write-timeout" { eventually(within: 1) { false } }
        var count = 0
        while case let more = try client.receive(), !more.isEmpty { count += more.count }
        #expect(count > 20_000_000)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func halfAHeadIsAnsweredAndTheConnectionEnds(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--read-timeout", "0.6"])
        let client = try TCPClient(port: server.port)
        try client.send(half)
        try expectEnd(after: 0.6) {
            let reply = try client.reply()
            #expect(reply.status == 408)
            #expect(reply.header("Connection") == "close")
            #expect(client.isEnded())
        }
        server.expectUnharmed()
    }

    @Test func halfAHeadAfterARequestIsTheSame() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--read-timeout", "0.6"])
        let client = try TCPClient(port: server.port)
        #expect(try client.get("/").status == 200)
        try client.send(half)
        #expect(try client.reply().status == 408)
        #expect(client.isEnded())
        server.expectUnharmed()
    }

    @Test func tricklingBytesBuyNoTime() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--read-timeout", "2.5"])
        // Whoever waits a second for a reply between two bytes is well within a deadline for each of them.
        let client = try TCPClient(port: server.port, timeout: 1)
        var reply: [UInt8]?
        try expectEnd(after: 2.5) {
            for byte in half.utf8 {
                try client.send([byte])
                reply = try client.receiveUnlessSilent()
                if reply != nil { break }
            }
        }
        #expect(String(decoding: reply ?? [], as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func bodyThatDoesNotComeIsAnsweredToo(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--read-timeout", "0.6"])
        let client = try TCPClient(port: server.port)
        try client.send("PUT /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nab")
        try expectEnd(after: 0.6) { () throws in #expect(try client.reply().status == 408) }
        #expect(client.isEnded())
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func clientThatDoesNotReadIsCut(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(
            workers: 1, workerClass.flags + ["--write-timeout", "0.6", "--log-level", "debug"])
        let client = try TCPClient(port: server.port, receiveBuffer: 4096)
        try client.send("GET /bytes?n=50000000 HTTP/1.1\r\nHost: test\r\n\r\n")
        try expectEnd(after: 0.6) { try server.waitForLines("the write deadline passed") }
        var count = 0
        while let more = try? client.receive(), !more.isEmpty { count += more.count }
        #expect(count > 0 && count < 50_000_000, "what the kernel had taken arrives, the rest does not")
        #expect(try server.get("/").status == 200)
        server.expectUnharmed()
    }

    @Test func slowReaderIsNotCut() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--write-timeout", "1"])
        let client = try TCPClient(port: server.port, receiveBuffer: 65_536)
        try client.send("GET /bytes?n=20000000 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        let start = now()
        var count = 0
        // Steadily, but three times as long as a wait may last.
        while case let more = try client.receive(), !more.isEmpty {
            count += more.count
            let due = start + 3 * Double(count) / 20_000_000
            if due > now() { eventually(within: due - now()) { false } }
        }
        #expect(count > 20_000_000)
        #expect(now() - start > 2.5)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func requestThatTakesTooLongIsAnswered(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--request-timeout", "0.6"])
        #expect(try server.get("/sleep?ms=10").status == 200, "a quick one has nothing to fear")
        let client = try TCPClient(port: server.port)
        try expectEnd(after: 0.6) {
            let reply = try client.get("/sleep?ms=20000")
            #expect(reply.status == 503)
            #expect(reply.header("Connection") == "close")
            #expect(client.isEnded())
        }
        #expect(try server.get("/sleep?ms=10").status == 200)
        server.expectUnharmed()
    }

    // In a class whose handlers have threads of their own, a handler that blocks hears of it too.
    @Test(arguments: [StockClass.threads, .sync])
    func requestThatBlocksTooLongIsTold(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--request-timeout", "0.6"])
        let client = try TCPClient(port: server.port)
        try expectEnd(after: 0.6) {
            let reply = try client.get("/work?ms=20000")
            #expect(reply.status == 503)
            #expect(reply.header("Connection") == "close")
            #expect(client.isEnded())
        }
        #expect(try server.get("/work?ms=20").status == 200)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func requestThatWaitsForItsBodyTooLongIsAnswered(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(
            workers: 1, workerClass.flags + ["--request-timeout", "0.6", "--read-timeout", "15"])
        let client = try TCPClient(port: server.port)
        try client.send("PUT /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nab")
        try expectEnd(after: 0.6) {
            let status = try client.reply().status
            #expect(status == 503 || status == 408)
        }
        server.expectUnharmed()
    }
}
