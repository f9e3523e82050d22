import DroverTestSupport
import Glibc
import Testing

@Suite struct ThreadsTests {
    private func lab(threads: Int, workers: Int = 1, _ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(
            workers: workers, ["--worker-class", "threads", "--threads", "\(threads)"] + arguments)
    }

    private func request(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n" }

    /// Sends a request on a connection of its own and does not wait for the reply.
    private func begin(_ target: String, _ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send(request(target))
        return client
    }

    @Test func blockedHandlersHoldOneThreadEach() throws {
        let server = try lab(threads: 4)
        let start = now()
        let blocked = try (0..<3).map { _ in try begin("/block?ms=2000", server) }
        for _ in 0..<20 { #expect(try server.get("/").status == 200) }
        #expect(now() - start < 2, "the fourth thread was free all the time")
        for client in blocked { #expect(try client.reply().status == 200) }
        #expect(now() - start < 4, "they blocked side by side")
        server.expectUnharmed()
    }

    @Test func whoFindsNoThreadWaitsForOne() throws {
        let server = try lab(threads: 2)
        let blocked = try (0..<2).map { _ in try begin("/block?ms=1500", server) }
        // As soon as both threads are taken, somebody waits for the first to come back.
        let waited = try eventually(within: 1.4) {
            let start = now()
            let status = try server.get("/").status
            #expect(status == 200)
            return now() - start > 0.3
        }
        #expect(waited)
        for client in blocked { #expect(try client.reply().status == 200) }
        server.expectUnharmed()
    }

    @Test func newConnectionGoesToAWorkerWithAFreeThread() throws {
        let server = try lab(threads: 1, workers: 2)
        let blocked = try begin("/block?ms=2500", server)
        let start = now()
        for _ in 0..<30 { #expect(try server.get("/").status == 200) }
        #expect(now() - start < 2, "none waited behind the blocked one")
        #expect(try blocked.reply().status == 200)
        server.expectUnharmed()
    }

    @Test func idleTimeBeginsBehindARequestThatBlocked() throws {
        let server = try lab(threads: 1, workers: 1, ["--keep-alive", "1"])
        let client = try TCPClient(port: server.port)
        try client.send(request("/block?ms=1500"))
        #expect(try client.reply().status == 200)
        let start = now()
        #expect(client.isEnded())
        #expect(now() - start > 0.5, "not at once, as if the request had been silence")
        server.expectUnharmed()
    }

    // The one with fewer connections would be the next to accept.
    @Test func workerWithManyConnectionsAcceptsWhileTheOtherHasNoThread() throws {
        let server = try lab(threads: 1, workers: 2, ["--keep-alive", "60"])
        let clients = try (0..<24).map { _ in try TCPClient(port: server.port) }
        let pids = try clients.map { try $0.get("/pid").body }
        let few = zip(clients, pids).filter { $0.1 == pids[0] }.map(\.0)
        for client in few.dropFirst() {
            client.endSending()
            #expect(client.isEnded())
        }
        try few[0].send(request("/block?ms=4000"))
        let start = now()
        for _ in 0..<10 { #expect(try server.get("/pid").body != pids[0]) }
        #expect(now() - start < 2)
        #expect(try few[0].reply().status == 200)
        server.expectUnharmed()
    }

    @Test(arguments: ["http", "echo"])
    func idleConnectionsHoldNoThread(_ name: String) throws {
        let server = try SpawnedServer.drover([
            "--worker-class", "threads", "--threads", "2", "--protocol", name, "--keep-alive", "60",
        ])
        let clients = try (0..<60).map { _ in try TCPClient(port: server.port) }
        for round in 0..<3 {
            for client in clients {
                if name == "http" {
                    #expect(try client.get("/").status == 200)
                } else {
                    try client.send("round \(round)")
                    #expect(try client.receive(exactly: 7) == Array("round \(round)".utf8))
                }
            }
            // The second time they have been silent for so long that their tasks have ended.
            if round == 0 { eventually(within: 0.8) { false } }
        }
        server.expectUnharmed()
    }

    @Test func pipelinedRequestsDoNotKeepTheThread() throws {
        let server = try lab(threads: 1)
        let greedy = try TCPClient(port: server.port)
        let other = try TCPClient(port: server.port)
        #expect(try other.get("/").status == 200)
        try greedy.send(String(repeating: request("/block?ms=50"), count: 60))
        for _ in 0..<5 {
            let start = now()
            #expect(try other.get("/").status == 200)
            #expect(now() - start < 1.5, "at most behind a few of the sixty, not behind three seconds")
        }
        let text = try greedy.receive { $0.split(separator: "blocked 50 ms").count > 60 }
        #expect(text.split(separator: "HTTP/1.1 200 OK").count == 60)
        server.expectUnharmed()
    }

    @Test func newcomersGetInThoughEveryThreadIsAlwaysTaken() throws {
        let server = try lab(threads: 1)
        let regulars = try (0..<4).map { _ in try TCPClient(port: server.port) }
        for client in regulars { #expect(try client.get("/").status == 200) }
        for client in regulars { try client.send(String(repeating: request("/block?ms=20"), count: 200)) }
        let start = now()
        #expect(try server.get("/").status == 200)
        #expect(now() - start < 8, "the regulars have work for sixteen seconds")
        server.signal(SIGQUIT)
        #expect(server.waitForExit() == 0)
    }

    @Test func stopAnswersWhatHasBegunAndWhatIsQueued() throws {
        let server = try lab(threads: 2, ["--keep-alive", "60"])
        let idle = try (0..<10).map { _ in try TCPClient(port: server.port) }
        for client in idle { #expect(try client.get("/").status == 200) }
        let busy = try (0..<8).map { _ in try begin("/block?ms=400", server) }
        server.signal(SIGTERM)
        for client in busy { #expect(try client.reply().status == 200) }
        for client in idle { #expect(client.isEnded()) }
        #expect(server.waitForExit() == 0)
        #expect(server.lines("event=worker_drain_timeout").isEmpty)
        let line = try #require(server.lines("event=stopped").first)
        #expect(SpawnedServer.value("requests", in: line) == "18")
    }

    @Test func stuckThreadIsNamedAndItsWorkerReplaced() throws {
        let server = try lab(threads: 2, ["--timeout", "1", "--graceful-timeout", "1"])
        let stuck = try begin("/hang", server)
        let other = try TCPClient(port: server.port)
        #expect(try other.get("/").status == 200, "the other thread serves on")
        try server.waitForLines("event=thread_stuck")
        #expect(server.lines("event=thread_stuck").allSatisfy { $0.contains("request=\"GET /hang\"") })
        try server.waitForLines("reason=thread")
        try server.waitUntilReady(workers: 2)
        try server.waitForLines("event=worker_exited")
        #expect(server.lines("event=worker_timeout").isEmpty)
        #expect(stuck.isEnded())
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func workerWhoseThreadsAreAllStuckIsAborted() throws {
        let server = try lab(threads: 2, ["--timeout", "1"])
        let start = now()
        let stuck = try (0..<2).map { _ in try begin("/hang", server) }
        try server.waitUntilReady(workers: 2)
        #expect(now() - start < 5)
        #expect(server.lines("event=worker_timeout").count == 1)
        try server.waitForLines("event=worker_exited")
        #expect(server.lines("event=request_in_flight").count == 2)
        #expect(stuck.allSatisfy { $0.isEnded() })
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func busyThreadsAreNotTakenForStuckOnes() throws {
        let server = try lab(threads: 2, ["--timeout", "1"])
        let clients = try (0..<4).map { _ in try TCPClient(port: server.port) }
        let end = now() + 2.5
        while now() < end {
            for client in clients { try client.send(request("/block?ms=100")) }
            for client in clients { #expect(try client.reply().status == 200) }
        }
        server.expectUnharmed()
    }
}
