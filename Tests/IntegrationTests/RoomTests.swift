import DroverTestSupport
import Glibc
import Testing

/// Newcomers of workers whose places are taken.
@Suite struct RoomTests {
    private func lab(
        _ workerClass: StockClass, workers: Int = 1, places: Int = 2, _ arguments: [String] = []
    ) throws -> SpawnedServer {
        try SpawnedServer.lab(
            workers: workers,
            workerClass.flags + ["--worker-connections", "\(places)", "--keep-alive", "60", "--pid", "lab.pid"]
                + arguments)
    }

    private func idle(_ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        #expect(try client.get("/").status == 200)
        return client
    }

    private func evicted(_ server: SpawnedServer) throws -> [Int] {
        try server.control("workers", "--json").split(separator: "\"evicted\": ").dropFirst()
            .compactMap { Int($0.prefix { $0.isNumber }) }
    }

    /// Long enough that a connection's task has ended, and not.
    @Test(arguments: StockClass.keepingAlive, [0.0, 0.8])
    func newcomerGetsThePlaceOfTheOneThatHasRestedLongest(_ workerClass: StockClass, _ pause: Double) throws {
        let server = try lab(workerClass)
        let first = try idle(server)
        let second = try idle(server)
        // Rests are told apart by the millisecond.
        eventually(within: 0.02) { false }
        #expect(try first.get("/").status == 200, "so the second has rested for longer")
        if pause > 0 { eventually(within: pause) { false } }
        let start = now()
        let third = try idle(server)
        #expect(now() - start < 5)
        #expect(second.isEnded())
        #expect(try first.get("/").status == 200)
        #expect(try third.get("/").status == 200)
        #expect(try evicted(server) == [1])
        #expect(server.lines("event=worker_full slot=0 reason=worker_connections").count == 1)
        #expect(try server.control("status").contains("3 accepted, 2 open, 0 taken over, 0 lingering, 1 evicted"))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func requestIsNotTouched(_ workerClass: StockClass) throws {
        let server = try lab(workerClass)
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=1500 HTTP/1.1\r\nHost: test\r\n\r\n")
        let half = try idle(server)
        // Half a request is one as well.
        try half.send("GET / HTTP/1.1\r\n")
        let third = try TCPClient(port: server.port)
        try third.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(!third.isReadable(within: 500), "all places are taken by such as are at work")
        try half.send("Host: test\r\n\r\n")
        #expect(try half.reply().status == 200)
        #expect(try third.reply().status == 200)
        #expect(half.isEnded(), "it has rested since, and the third was waiting")
        for _ in 0..<5 { _ = try idle(server) }
        #expect(try busy.reply().status == 200)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func manyNewcomersGoThrough(_ workerClass: StockClass) throws {
        let server = try lab(workerClass, workers: 2, places: 5)
        let start = now()
        let clients = try (0..<100).map { _ in try idle(server) }
        #expect(now() - start < 15)
        #expect(try evicted(server).reduce(0, +) == 90)
        var left = 0
        for client in clients where (try? client.get("/").status) == 200 { left += 1 }
        #expect(left == 10)
        server.expectUnharmed()
    }

    /// A worker with a free place goes first.
    @Test func placesAreTakenBeforeAnybodyEnds() throws {
        let server = try lab(.async, workers: 3, places: 4)
        let clients = try (0..<12).map { _ in try idle(server) }
        #expect(try evicted(server) == [0, 0, 0])
        for client in clients.prefix(4) { client.close() }
        #expect(
            try eventually {
                let status = try server.control("status")
                return status.contains("12 accepted, 8 open")
            })
        let others = try (0..<4).map { _ in try idle(server) }
        #expect(try evicted(server) == [0, 0, 0])
        for client in clients.dropFirst(4) + others { #expect(try client.get("/").status == 200) }
        server.expectUnharmed()
    }

    @Test func queueOfOnesOwnIsServedToo() throws {
        let server = try lab(.async, workers: 2, ["--reuse-port"])
        let start = now()
        for client in try (0..<30).map({ _ in try idle(server) }) { client.close() }
        #expect(now() - start < 15)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func descriptorsThatRunOutAreThoseOfTheIdle(_ workerClass: StockClass) throws {
        let server = SpawnedServer(
            "drover-lab",
            ["--bind", "127.0.0.1:0", "--workers", "1", "--keep-alive", "60", "--pid", "lab.pid"]
                + workerClass.flags, descriptorLimit: 48)
        try server.waitUntilReady(workers: 1)
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=1500 HTTP/1.1\r\nHost: test\r\n\r\n")
        let start = now()
        let clients = try (0..<100).map { _ in try idle(server) }
        #expect(now() - start < 15)
        #expect(try busy.reply().status == 200)
        #expect(server.lines("event=accept_paused").isEmpty)
        #expect(server.lines("event=worker_full slot=0 reason=resources").count == 1)
        #expect(try evicted(server)[0] > 50)
        for client in clients { client.close() }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func whoSaysNothingGivesWayAfterASecond(_ workerClass: StockClass) throws {
        let server = try lab(workerClass, ["--first-byte-timeout", "30"])
        let silent = try (0..<(workerClass == .sync ? 1 : 2)).map { _ in try TCPClient(port: server.port) }
        #expect(
            try eventually { try server.control("workers", "--json").contains("\"connections\": \(silent.count),") })
        let start = now()
        #expect(try server.get("/").status == 200)
        #expect(now() - start > 0.5 && now() - start < 10)
        #expect(silent.contains { $0.isReadable(within: 5_000) }, "one of them has ended")
        server.expectUnharmed()
    }

    /// Between its messages a connection of such a protocol is as much at work as in one.
    @Test func drainOfAFullWorkerWaitsWithoutWork() throws {
        let server = try lab(.async, places: 3)
        let worker = try #require(server.workers.first)
        let busy = try [1_500, 4_000].map { milliseconds in
            let client = try TCPClient(port: server.port)
            try client.send("GET /sleep?ms=\(milliseconds) HTTP/1.1\r\nHost: test\r\n\r\n")
            return client
        }
        // A client that has said nothing yet could give way in a second; until then the worker is full.
        let silent = try TCPClient(port: server.port)
        #expect(try eventually { try server.control("status").contains("3 open") })
        let newcomer = try TCPClient(port: server.port)
        try newcomer.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        server.signal(SIGTERM)
        try server.waitForLines("event=worker_draining")
        let before = FaultTests.cpuTicks(worker)
        #expect(try busy[0].reply().status == 200)
        #expect(FaultTests.cpuTicks(worker) - before < 50)
        #expect(try busy[1].reply().status == 200)
        #expect(server.waitForExit() == 0)
        withExtendedLifetime((silent, newcomer)) {}
    }

    @Test func protocolThatDoesNotRestKeepsItsConnections() throws {
        let server = try SpawnedServer.drover(["--protocol", "echo", "--worker-connections", "1"])
        let first = try TCPClient(port: server.port)
        try first.send("a")
        #expect(try first.receive() == [0x61])
        let second = try TCPClient(port: server.port)
        try second.send("b")
        #expect(!second.isReadable(within: 700))
        try first.send("c")
        #expect(try first.receive() == [0x63])
        first.close()
        #expect(try second.receive() == [0x62])
        server.expectUnharmed()
    }
}
