import DroverTestSupport
import Glibc
import Testing

// A companion that is there while the workers accept: what it does takes 300 ms after it was told to go.
@Suite struct AnnouncingTests {
    private func lab(workers: Int = 2) throws -> SpawnedServer {
        let server = try SpawnedServer.lab(workers: workers, environment: ["LAB_COMPANION": "announce"])
        try server.waitForLines("event=companion_ready slot=-1")
        return server
    }

    private func position(_ text: String, in log: [String], last: Bool = false) -> Int? {
        last ? log.lastIndex { $0.contains(text) } : log.firstIndex { $0.contains(text) }
    }

    @Test func comesAfterTheWorkersAndKnowsWhereTheyListen() throws {
        let server = try lab()
        let log = server.log.split(separator: "\n").map(String.init)
        let worker = try #require(position("event=worker_ready", in: log, last: true))
        let companion = try #require(position("companion mode=announce", in: log))
        #expect(worker < companion)
        #expect(server.log.contains("companion announces http=127.0.0.1:\(server.port)"))
        #expect(server.stop() == 0)
    }

    @Test func workersAcceptUntilItHasGone() throws {
        let server = try lab()
        server.signal(SIGTERM)
        try server.waitForLines("event=stopping")
        var served = 0
        while server.lines("companion said goodbye").isEmpty {
            #expect(try server.get("/").status == 200)
            served += 1
        }
        #expect(served > 0)
        #expect(server.waitForExit() == 0)
        let log = server.log.split(separator: "\n").map(String.init)
        let goodbye = try #require(position("companion said goodbye", in: log))
        let drain = try #require(position("event=worker_draining slot=0", in: log))
        #expect(goodbye < drain)
    }

    @Test func oldOneStaysUntilTheNewOneIsReady() throws {
        let server = try lab()
        server.signal(SIGHUP)
        try server.waitForLines("event=worker_exited", count: 2)
        let log = server.log.split(separator: "\n").map(String.init)
        let ready = try #require(position("event=companion_ready", in: log, last: true))
        let goodbye = try #require(position("companion said goodbye", in: log))
        let drain = try #require(position("event=worker_draining slot=0", in: log))
        #expect(ready < goodbye)
        #expect(goodbye < drain)
        #expect(server.stop() == 0)
    }

    @Test func upgradeKeepsOneThere() throws {
        let server = try lab()
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_started")
        let started = try #require(server.lines("event=upgrade_started").first)
        let successor = try #require(SpawnedServer.value("pid", in: started).flatMap { pid_t($0) })
        defer {
            kill(successor, SIGTERM)
            if !eventually(within: 10, { !SpawnedServer.isAlive(successor) }) { kill(successor, SIGKILL) }
        }
        try server.waitForLines("event=companion_ready slot=-1", count: 2)
        #expect(server.waitForExit() == 0)
        try server.waitForLines("companion said goodbye")
        let log = server.log.split(separator: "\n").map(String.init)
        let ready = try #require(position("event=companion_ready", in: log, last: true))
        let goodbye = try #require(position("companion said goodbye", in: log))
        #expect(ready < goodbye)
    }

    @Test func quickStopStillLetsItFinish() throws {
        let server = try lab()
        server.signal(SIGQUIT)
        #expect(server.waitForExit() == 0)
        #expect(server.log.contains("companion said goodbye"))
    }
}
