import DroverTestSupport
import Glibc
import Testing

/// Connections that a handler has taken over, with real clients.
@Suite struct HandlerTakeoverTests {
    /// What makes a worker drain.
    enum Occasion: String, CaseIterable, Sendable {
        case stop, reload, recycle
    }

    /// A client whose connection the handler at `path` has taken over.
    private func client(_ server: SpawnedServer, _ path: String) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send("GET /message/\(path) HTTP/1.1\r\nHost: test\r\nConnection: upgrade\r\nUpgrade: lab\r\n\r\n")
        let head = try client.receive { $0.hasSuffix("\r\n\r\n") }
        #expect(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
        try client.send("hello\n")
        #expect(try client.receive { $0.hasSuffix("\n") } == "hello\n")
        return client
    }

    private func lab(_ workerClass: StockClass, _ flags: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: 1, workerClass.flags + ["--pid", "lab.pid"] + flags)
    }

    @Test(arguments: StockClass.keepingAlive, Occasion.allCases)
    func handlerSaysGoodbyeWhenItsWorkerDrains(_ workerClass: StockClass, _ occasion: Occasion) throws {
        let server = try lab(workerClass, occasion == .recycle ? ["--max-requests", "3"] : [])
        let paths = ["upgrade", "upgrade-lines", "upgrade-events"]
        let clients = try paths.map { try client(server, $0) }
        // One is in the middle of a line.
        try clients[1].send("half a li")
        switch occasion {
        case .stop: server.signal(SIGTERM)
        case .reload: server.signal(SIGHUP)
        // Their own requests were the worker's share.
        case .recycle: try server.waitForLines("event=worker_retiring")
        }
        // Each client waits for less than the drain may take.
        for (path, client) in zip(paths, clients) { #expect(try client.receiveAll() == "going away\n", "\(path)") }
        try server.waitForLines("event=worker_exited")
        #expect(server.lines("event=worker_drain_timeout").isEmpty)
        #expect((occasion == .stop ? server.waitForExit() : server.stop()) == 0)
    }

    @Test(arguments: StockClass.keepingAlive)
    func drainEndsOneThatStays(_ workerClass: StockClass) throws {
        let server = try lab(workerClass, ["--graceful-timeout", "1"])
        let client = try client(server, "upgrade-stays")
        server.signal(SIGTERM)
        try server.waitForLines("event=worker_draining")
        try client.send("more\n")
        #expect(try client.receive { $0.hasSuffix("\n") } == "more\n", "it is served until then")
        #expect(client.isEnded())
        #expect(server.waitForExit() == 0)
        #expect(server.lines("event=worker_drain_timeout").count == 1)
    }

    @Test(arguments: StockClass.allCases)
    func silenceEndsIt(_ workerClass: StockClass) throws {
        let server = try lab(workerClass, ["--takeover-timeout", "0.3"])
        for path in ["upgrade", "upgrade-events"] {
            #expect(try client(server, path).receiveAll() == "silent\n", "\(path)")
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func workersCountThem(_ workerClass: StockClass) throws {
        let server = try lab(workerClass)
        let clients = [try client(server, "upgrade"), try client(server, "upgrade-events")]
        #expect(try server.control("status").contains(" 2 open, 2 taken over, 0 lingering,"))
        #expect(try server.control("workers", "--json").contains("\"connections\": 2, \"taken_over\": 2,"))
        clients[0].close()
        clients[1].reset()
        #expect(eventually { (try? server.control("status").contains(" 0 open, 0 taken over,")) == true })
        server.expectUnharmed()
    }
}
