import DroverTestSupport
import Glibc
import Testing

@Suite struct SyncTests {
    private func lab(workers: Int = 1, _ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: workers, ["--worker-class", "sync"] + arguments)
    }

    private func begin(_ target: String, _ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
        return client
    }

    @Test func replyEndsItsConnection() throws {
        let server = try lab()
        for _ in 0..<3 {
            let client = try TCPClient(port: server.port)
            let reply = try client.get("/")
            #expect(reply.status == 200)
            #expect(reply.header("Connection") == "close")
            #expect(client.isEnded())
        }
        server.expectUnharmed()
    }

    @Test func onlyOneConnectionIsServedAtATime() throws {
        let server = try lab()
        // Not even a handler that only waits lets another one in.
        let first = try begin("/sleep?ms=900", server)
        let start = now()
        let second = try begin("/", server)
        #expect(try first.reply().status == 200)
        #expect(try second.reply().status == 200)
        #expect(now() - start > 0.6)
        server.expectUnharmed()
    }

    @Test func silentClientHoldsItsWorkerUntilItsTimeIsOver() throws {
        let server = try lab(["--first-byte-timeout", "0.7"])
        let silent = try TCPClient(port: server.port)
        let start = now()
        #expect(try server.get("/").status == 200)
        #expect(now() - start > 0.5)
        #expect(silent.isEnded())
        server.expectUnharmed()
    }

    @Test func othersAreServedByAnotherWorker() throws {
        let server = try lab(workers: 2)
        let blocked = try begin("/block?ms=2500", server)
        let start = now()
        for _ in 0..<30 { #expect(try server.get("/").status == 200) }
        #expect(now() - start < 2)
        #expect(try blocked.reply().status == 200)
        server.expectUnharmed()
    }

    @Test func stopIsHeardWhileAHandlerBlocks() throws {
        let server = try lab()
        let blocked = try begin("/block?ms=800", server)
        let queued = try (0..<5).map { _ in try begin("/", server) }
        server.signal(SIGTERM)
        try server.waitForLines("event=worker_draining")
        #expect(server.lines("event=worker_exited").isEmpty, "it was heard before the handler was done")
        #expect(try blocked.reply().status == 200)
        for client in queued { #expect(try client.reply().status == 200) }
        #expect(server.waitForExit() == 0)
    }

    @Test func quickStopDoesNotWaitForAHandlerThatBlocks() throws {
        let server = try lab()
        let blocked = try begin("/block?ms=20000", server)
        try server.waitForLines("event=worker_ready")
        let start = now()
        server.signal(SIGQUIT)
        #expect(server.waitForExit() == 0)
        #expect(now() - start < 5)
        #expect(blocked.isEnded())
    }
}
