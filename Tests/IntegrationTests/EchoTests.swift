import DroverTestSupport
import Testing

@Suite struct EchoTests {
    private func server(
        _ workerClass: StockClass, workers: Int = 1, _ arguments: [String] = []
    ) throws -> SpawnedServer {
        try SpawnedServer.drover(workers: workers, ["--protocol", "echo"] + workerClass.flags + arguments)
    }

    private func pattern(_ count: Int, seed: Int = 0) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 31 &+ $0 >> 8 &* 7 &+ $0 >> 16) }
    }

    @Test(arguments: StockClass.allCases)
    func everythingComesBackUntilTheClientEnds(_ workerClass: StockClass) throws {
        let server = try server(workerClass)
        let client = try TCPClient(port: server.port)
        for text in ["a", "zwei\r\n", "\u{0}\u{1}three"] {
            try client.send(text)
            #expect(try client.receive(exactly: text.utf8.count) == Array(text.utf8))
        }
        try client.send("last")
        client.endSending()
        #expect(try client.receiveAll() == "last")
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func aMebibyteBothWays(_ workerClass: StockClass) throws {
        let server = try server(workerClass)
        let client = try TCPClient(port: server.port)
        let bytes = pattern(1 << 20)
        var returned: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 1 << 17) {
            try client.send(Array(bytes[start..<start + 1 << 17]))
            // One piece stays under way, so that both sides send at once.
            returned += try client.receive(exactly: start - returned.count)
        }
        client.endSending()
        while case let more = try client.receive(), !more.isEmpty { returned += more }
        #expect(returned == bytes)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func clientThatReadsLateGetsAllOfIt(_ workerClass: StockClass) throws {
        let server = try server(workerClass)
        let client = try TCPClient(port: server.port, receiveBuffer: 16_384)
        // More than its window takes, and less than what the kernel keeps for the two of them.
        let bytes = pattern(1 << 20)
        try client.send(bytes)
        client.endSending()
        var returned: [UInt8] = []
        while case let more = try client.receive(), !more.isEmpty { returned += more }
        #expect(returned == bytes)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func manyClientsDoNotMeet(_ workerClass: StockClass) throws {
        let server = try server(workerClass, workers: 2)
        let clients = try (0..<200).map { _ in try TCPClient(port: server.port) }
        for round in 0..<3 {
            for (number, client) in clients.enumerated() { try client.send(pattern(1000, seed: number + round)) }
            for (number, client) in clients.enumerated() {
                #expect(try client.receive(exactly: 1000) == pattern(1000, seed: number + round))
            }
        }
        for client in clients { client.endSending() }
        for client in clients { #expect(client.isEnded()) }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func connectionBeyondTheLimitWaitsUntilOneLeaves(_ workerClass: StockClass) throws {
        let server = try server(workerClass, ["--worker-connections", "5"])
        let clients = try (0..<5).map { _ in try TCPClient(port: server.port) }
        for client in clients {
            try client.send("here")
            #expect(try client.receive(exactly: 4) == Array("here".utf8))
        }
        let sixth = try TCPClient(port: server.port, timeout: 1)
        try sixth.send("me too")
        #expect(try sixth.receiveUnlessSilent() == nil)
        try clients[2].send("still")
        #expect(try clients[2].receive(exactly: 5) == Array("still".utf8), "the others do not suffer")
        // Not by closing: another test's server may have inherited the socket's number meanwhile.
        clients[4].endSending()
        #expect(clients[4].isEnded())
        var returned: [UInt8]?
        eventually {
            returned = try? sixth.receiveUnlessSilent()
            return returned != nil
        }
        #expect(returned == Array("me too".utf8))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func stopLetsTheIdleGoAndEndsInTime(_ workerClass: StockClass) throws {
        let server = try server(workerClass, workers: 2)
        let clients = try (0..<20).map { _ in try TCPClient(port: server.port) }
        for client in clients {
            try client.send("a")
            #expect(try client.receive() == [0x61])
        }
        server.signal(15)
        for client in clients { #expect(client.isEnded()) }
        #expect(server.waitForExit(within: 10) == 0)
        #expect(server.lines("event=worker_drain_timeout").isEmpty)
    }
}
