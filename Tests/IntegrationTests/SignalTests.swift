import DroverTestSupport
import Glibc
import Testing

@Suite struct SignalTests {
    @Test func terminalInputAddsAWorkerAndOutputTakesItAway() throws {
        let server = try SpawnedServer.lab(workers: 1)
        server.signal(SIGTTIN)
        try server.waitForLines("event=worker_ready slot=1")
        #expect(server.workers.count == 2)
        server.signal(SIGTTOU)
        try server.waitForLines("event=worker_exited slot=1")
        #expect(eventually { server.workers.count == 1 })
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func windowChangeSendsWorkersAwayAndHangUpBringsThemBack() throws {
        let server = try SpawnedServer.lab(workers: 2)
        server.signal(SIGWINCH)
        try server.waitForLines("event=worker_exited", count: 2)
        #expect(server.workers.isEmpty)
        server.signal(SIGHUP)
        try server.waitUntilReady(workers: 4)
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
    }

    @Test func user1ReopensTheLogInEveryProcess() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-w", "1", "--error-logfile", "lab.log"], in: directory)
        #expect(eventually { directory.read("lab.log").contains("event=worker_ready") })
        rename("\(directory.path)/lab.log", "\(directory.path)/lab.log.1")
        server.signal(SIGUSR1)
        #expect(eventually { directory.read("lab.log").contains("event=logs_reopened") })
        // The worker reopens at its own pace; what it logs when it drains shows where its log is.
        #expect(server.stop() == 0)
        #expect(directory.read("lab.log").contains("event=worker_draining"))
        #expect(!directory.read("lab.log.1").contains("event=worker_draining"))
    }

    @Test func terminateLetsRequestsFinishAndAnswersWhatIsQueued() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=700 HTTP/1.1\r\nHost: test\r\n\r\n")
        let idle = try TCPClient(port: server.port)
        #expect(try idle.get("/").status == 200)
        let late = try (0..<10).map { _ in try TCPClient(port: server.port) }
        for client in late { try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
        server.signal(SIGTERM)
        #expect(try idle.receive().isEmpty, "an idle connection ends at once")
        for client in late { #expect(try client.reply().status == 200) }
        let reply = try busy.reply()
        #expect(reply.status == 200)
        #expect(reply.header("Connection") == "close")
        #expect(server.waitForExit() == 0)
        #expect(throws: TCPClient.Failure.self) { _ = try TCPClient(port: server.port) }
    }

    @Test(arguments: [SIGINT, SIGQUIT])
    func interruptAndQuitDoNotWait(number: Int32) throws {
        let server = try SpawnedServer.lab(workers: 2)
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=20000 HTTP/1.1\r\nHost: test\r\n\r\n")
        server.signal(number)
        #expect(server.waitForExit(within: 5) == 0)
    }

    @Test func secondTerminateIsQuick() throws {
        let server = try SpawnedServer.lab(workers: 1)
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=20000 HTTP/1.1\r\nHost: test\r\n\r\n")
        // Until the worker has read it, the request is not in flight.
        _ = try TCPClient(port: server.port).get("/")
        server.signal(SIGTERM)
        try server.waitForLines("event=stopping mode=graceful")
        server.signal(SIGTERM)
        #expect(server.waitForExit(within: 5) == 0)
        #expect(server.lines("event=stopping mode=quick").count == 1)
    }

    @Test func gracefulTimeoutEndsADrainThatDoesNotEnd() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--graceful-timeout", "0.5"])
        let busy = try TCPClient(port: server.port)
        try busy.send("GET /sleep?ms=20000 HTTP/1.1\r\nHost: test\r\n\r\n")
        _ = try TCPClient(port: server.port).get("/")
        let start = now()
        #expect(server.stop() == 0)
        #expect(now() - start < 5)
        #expect(server.lines("event=worker_drain_timeout").count == 1)
    }
}
