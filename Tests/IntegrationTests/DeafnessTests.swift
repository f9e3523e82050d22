import DroverTestSupport
import Glibc
import Testing

/// Workers that the kernel does not let wait for connections: fs.epoll.max_user_watches is reached, or memory.
@Suite(.enabled(if: Injection.obstacle == nil, Comment(rawValue: Injection.obstacle ?? "")))
struct DeafnessTests {
    /// A worker with room for one connection, which it has and which is at work; when that ends it wants to wait for another.
    private func full(_ arguments: [String] = []) throws -> (server: SpawnedServer, client: TCPClient) {
        let server = try SpawnedServer.lab(
            workers: 1, ["--worker-connections", "1", "--pid", "lab.pid", "--keep-alive", "60"] + arguments)
        let client = try TCPClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\n")
        // Only for a newcomer does the worker look whether a connection could give way.
        let newcomer = try TCPClient(port: server.port)
        #expect(try eventually { try report(server).contains(" full ") })
        newcomer.close()
        return (server, client)
    }

    private func report(_ server: SpawnedServer, _ words: [String] = ["workers"]) throws -> String {
        let client = SpawnedServer("drover-lab", ["ctl"] + words + ["--socket", "\(server.directory.path)/lab.ctl"])
        #expect(client.waitForExit() == 0, "\(client.log)")
        return client.output
    }

    @Test(arguments: ["ENOSPC", "ENOMEM"], StockClass.keepingAlive)
    func deafWorkerTriesAgainAndSaysSo(error: String, _ workerClass: StockClass) throws {
        let (server, client) = try full(workerClass.flags)
        let worker = try #require(server.workers.first)
        let injection = Injection("epoll_ctl", error: error, into: worker)
        client.close()
        try server.waitForLines("event=listen_failed")
        let document = try report(server, ["status", "--json"])
        #expect(document.contains(#""accepting": "deaf", "deaf_ms": "#) && document.contains(#""listen_failures": 1"#))
        #expect(try report(server).contains(" deaf ("))
        #expect(try report(server, ["status"]).contains("; 1 deaf; listen failures: 1"))
        #expect(eventually { injection.count > 3 }, "it tries again")
        injection.end()
        #expect(try server.get("/").status == 200)
        #expect(server.lines("event=listen_failed").count == 1 && server.lines("event=listen_resumed").count == 1)
        #expect(try report(server, ["status"]).contains("generation 1; listen failures: 1\n"))
        #expect(server.workers == [worker])
        #expect(server.stop() == 0)
    }

    @Test func workerThatStaysDeafIsReplaced() throws {
        let (server, client) = try full(["--timeout", "1"])
        let worker = try #require(server.workers.first)
        let injection = Injection("epoll_ctl", error: "ENOSPC", into: worker)
        client.close()
        try server.waitForLines("event=worker_retiring slot=0 pid=\(worker) reason=deaf")
        try server.waitUntilReady(workers: 2)
        #expect(try server.get("/").status == 200)
        try server.waitForLines("event=worker_exited slot=0 pid=\(worker)")
        injection.end()
        #expect(server.stop() == 0)
    }

    /// Nor may it leave: the poller goes on with its reports, as long as a connection waits.
    @Test(arguments: StockClass.keepingAlive)
    func workerThatMayNotLeaveEitherDoesNotSpin(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.lab(workers: 1, ["--pid", "lab.pid"] + workerClass.flags)
        let injection = Injection("epoll_ctl", error: "ENOSPC", into: try #require(server.workers.first))
        let lost = try TCPClient(port: server.port)
        try server.waitForLines("event=connection_failed")
        let client = try TCPClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        try server.waitForLines("event=listen_failed")
        let (start, before) = (now(), injection.count)
        eventually(within: 0.5) { false }
        let more = injection.count - before
        #expect(more < Int((now() - start) * 500) + 40, "it spins: \(more) calls")
        injection.end()
        #expect(try client.reply().status == 200)
        lost.close()
        #expect(server.stop() == 0, "\(server.log)")
    }

    // MARK: Connections that give way

    /// A server whose one worker has a client that rests after its reply.
    private func resting() throws -> (server: SpawnedServer, idle: TCPClient) {
        let server = SpawnedServer("drover", ["-b", "127.0.0.1:0", "--pid", "lab.pid", "--keep-alive", "60"])
        try server.waitUntilReady(workers: 1)
        let idle = try TCPClient(port: server.port)
        #expect(try idle.get("/").status == 200)
        return (server, idle)
    }

    @Test func idleConnectionGivesItsWatchToANewOne() throws {
        let (server, idle) = try resting()
        let injection = Injection("epoll_ctl", error: "ENOSPC", when: "1", into: try #require(server.workers.first))
        #expect(try server.get("/").status == 200)
        #expect(injection.count == 1)
        injection.end()
        #expect(try idle.receive().isEmpty, "it has ended")
        #expect(server.lines("event=connection_failed").isEmpty && server.lines("event=accept_paused").isEmpty)
        #expect(server.stop() == 0)
    }

    @Test func idleConnectionGivesItsWatchToTheQueue() throws {
        let (server, idle) = try resting()
        // The worker may not accept and leaves the queue for a while; when it comes back it is not let in.
        let faults = [
            Injection.Fault("accept4", error: "EPERM", when: "1"),
            Injection.Fault("epoll_ctl", error: "ENOSPC", when: "2"),
        ]
        let injection = Injection(faults, into: try #require(server.workers.first))
        #expect(try server.get("/").status == 200)
        #expect(injection.count == 2)
        injection.end()
        #expect(try idle.receive().isEmpty, "it has ended")
        #expect(server.lines("event=listen_resumed after_ms=0").count == 1)
        #expect(server.stop() == 0)
    }

    // MARK: Siblings and queues

    /// The kernel tells one worker of a connection; if that one cannot take it, it has to tell the others.
    @Test(arguments: ["EMFILE", "EPERM"]) func siblingTakesWhatAWorkerCannot(error: String) throws {
        let server = try SpawnedServer.lab(workers: 2)
        let injection = Injection("accept4", error: error, into: try #require(server.workers.first))
        for _ in 0..<12 {
            let client = try TCPClient(port: server.port, timeout: 5)
            #expect(try client.get("/", headers: ["Connection: close"]).status == 200)
        }
        #expect(injection.count > 0)
        injection.end()
        #expect(server.stop() == 0)
    }

    /// It goes to the end of the queue with every connection; when it is not let in there it keeps its place.
    @Test func workerThatCannotGoToTheEndKeepsItsPlace() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--pid", "lab.pid", "--timeout", "1"])
        let injection = Injection("epoll_ctl", error: "ENOSPC", when: "2+2", into: try #require(server.workers.first))
        for _ in 0..<10 { #expect(try server.get("/").status == 200) }
        #expect(injection.count >= 5)
        injection.end()
        #expect(server.lines("event=listen_failed").isEmpty)
        #expect(try report(server, ["status", "--json"]).contains(#""listen_failures": 0"#))
        #expect(server.stop() == 0)
    }
}
