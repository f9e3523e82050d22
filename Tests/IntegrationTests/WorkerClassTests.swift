import DroverTestSupport
import Glibc
import Testing

/// What is the same in every worker class.
@Suite struct WorkerClassTests {
    private func begin(_ target: String, _ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
        return client
    }

    @Test(arguments: StockClass.allCases)
    func hangIsFoundAndNamed(_ workerClass: StockClass) throws {
        let flags = workerClass == .threads ? ["--worker-class", "threads", "--threads", "1"] : workerClass.flags
        let server = try SpawnedServer.lab(workers: 1, flags + ["--timeout", "1"])
        let start = now()
        let stuck = try begin("/hang", server)
        try server.waitUntilReady(workers: 2)
        #expect(now() - start < 4)
        #expect(server.lines("event=worker_timeout").count == 1)
        #expect(server.lines("request=\"GET /hang\"").count == 1)
        #expect(stuck.isEnded())
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func crashTakesOnlyItsOwnWorker(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass.flags)
        #expect(try server.get("/").status == 200)
        let crash = try begin("/crash", server)
        #expect(crash.isEnded())
        try server.waitUntilReady(workers: 2)
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func noWorkerOutlivesItsArbiter(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 2, workerClass.flags)
        let blocked = try begin("/block?ms=30000", server)
        // Until somebody else answers, the one may not have got there.
        #expect(eventually { (try? TCPClient(port: server.port, timeout: 1).get("/").status) == 200 })
        let workers = server.workers
        let start = now()
        server.signal(SIGKILL)
        #expect(server.waitForExit() == -SIGKILL)
        #expect(eventually { !workers.contains(where: SpawnedServer.isAlive) })
        #expect(now() - start < 3)
        #expect(blocked.isEnded())
    }

    @Test(arguments: StockClass.allCases)
    func workerThatHasGrownIsReplacedAndNoRequestIsLost(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 2, workerClass.flags + ["--max-worker-rss", "150m"])
        var count = 0
        func ask(_ target: String) throws {
            let status = try server.get(target).status
            #expect(status == 200)
            count += 1
        }
        try ask("/grow?mb=200")
        try eventually {
            try ask("/")
            return server.lines("event=worker_exited").count >= 1
        }
        let line = try #require(server.lines("event=worker_retiring").first)
        #expect(SpawnedServer.value("reason", in: line) == "rss")
        let bytes = SpawnedServer.value("resident_bytes", in: line).flatMap { Int($0) } ?? 0
        #expect(bytes > 200 << 20)
        #expect(server.lines("event=worker_retiring").count == 1, "the other had no reason to")
        #expect(server.stop() == 0)
        let stopped = try #require(server.lines("event=stopped").first)
        #expect(SpawnedServer.value("requests", in: stopped) == "\(count)")
    }

    @Test(arguments: StockClass.keepingAlive)
    func workerThatRetiresSendsItsClientsAway(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(
            workers: 1, workerClass.flags + ["--max-requests", "10", "--keep-alive", "60"],
            environment: ["LAB_BOOT": "slow:700"])
        let client = try TCPClient(port: server.port)
        let idle = try TCPClient(port: server.port)
        #expect(try idle.get("/").header("Connection") == nil)
        var last: HTTPReply?
        for _ in 0..<50 {
            let reply = try client.get("/pid")
            #expect(reply.status == 200)
            last = reply
            if reply.header("Connection") == "close" { break }
        }
        #expect(last?.header("Connection") == "close")
        #expect(client.isEnded())
        // It serves on while its successor boots, and closes what is idle when it goes.
        #expect(try server.get("/pid").body == last?.body)
        #expect(idle.isEnded())
        try server.waitForLines("event=worker_exited")
        let next = try server.get("/pid")
        #expect(next.body != last?.body)
        #expect(server.stop() == 0)
    }

    /// Asks `count` times on each of `clients` connections, or on new ones where the server ends them.
    @Test(arguments: StockClass.allCases, [1, 2])
    func everyRequestIsAnsweredAndCounted(_ workerClass: StockClass, workers: Int) throws {
        let server = try SpawnedServer.lab(workers: workers, workerClass.flags)
        let rounds = 40
        var clients = try (0..<64).map { _ in try TCPClient(port: server.port) }
        var answers = 0
        for _ in 0..<rounds {
            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
            for index in clients.indices {
                let reply = try clients[index].reply()
                if reply.status == 200, reply.body == "Hello, World!" { answers += 1 }
                if reply.header("Connection") == "close" { clients[index] = try TCPClient(port: server.port) }
            }
        }
        #expect(answers == 64 * rounds)
        clients.removeAll()
        #expect(server.stop() == 0)
        let stopped = try #require(server.lines("event=stopped").first)
        #expect(SpawnedServer.value("requests", in: stopped) == "\(64 * rounds)")
        #expect(SpawnedServer.value("errors", in: stopped) == "0")
    }
}
