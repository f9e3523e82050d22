import DroverTestSupport
import Testing

/// A worker class that is no subclass, and decides when its workers take connections.
@Suite struct AcceptPolicyTests {
    private func start(_ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(["--worker-class", "fickle", "--control-socket", "lab.ctl"] + arguments)
    }

    private func request(_ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send("GET /pid HTTP/1.0\r\n\r\n")
        return client
    }

    /// The worker that has answered.
    private func pid(_ client: TCPClient) throws -> Substring? { try client.receiveAll().split(separator: "\r\n").last }

    private func count(_ stance: String, _ server: SpawnedServer) -> Int {
        let client = SpawnedServer(
            "drover-lab", ["ctl", "workers", "--json", "--socket", "\(server.directory.path)/lab.ctl"])
        _ = client.waitForExit()
        return client.output.split(separator: "\n").count { $0.contains("\"accepting\": \"\(stance)\"") }
    }

    /// The worker that the kernel tells may be the one that does not want the connection; its sibling gets it.
    @Test func siblingTakesWhatOneDeclines() throws {
        let server = try start()
        server.directory.write("declines-0", "")
        var answered: Set<Substring?> = []
        for _ in 0..<40 { answered.insert(try pid(request(server))) }
        #expect(answered.count == 1, "one worker has served all of them")
        #expect(eventually { count("declining", server) == 1 && count("waiting", server) == 1 })
        #expect(server.stop() == 0)
    }

    /// The last answer of a policy may be hours old: an idle worker asks again when a connection has come.
    @Test(arguments: [[], ["--reuse-port"]]) func idleWorkerAsksAgain(_ arguments: [String]) throws {
        let server = try start(arguments)
        _ = try request(server).receiveAll()
        for slot in 0..<2 { server.directory.write("declines-\(slot)", "") }
        let clients = try (0..<24).map { _ in try request(server) }
        #expect(eventually { count("declining", server) == 2 })
        #expect(clients.allSatisfy { !$0.isReadable(within: 0) }, "they wait, and none is refused")
        for slot in 0..<2 { server.directory.remove("declines-\(slot)") }
        for client in clients { #expect(try client.receiveAll().hasPrefix("HTTP/1.1 200 OK\r\n")) }
        #expect(eventually { count("waiting", server) + count("holding back", server) == 2 })
        #expect(server.stop() == 0)
    }

    /// Where both decline, a stop takes what waits; no sibling would.
    @Test(arguments: [[], ["--reuse-port"]]) func stopTakesWhatWaits(_ arguments: [String]) throws {
        let server = try start(arguments)
        for slot in 0..<2 { server.directory.write("declines-\(slot)", "") }
        let clients = try (0..<24).map { _ in try request(server) }
        #expect(eventually { count("declining", server) == 2 })
        server.signal(15)
        for client in clients { #expect(try client.receiveAll().hasPrefix("HTTP/1.1 200 OK\r\n")) }
        #expect(server.waitForExit() == 0)
    }
}
