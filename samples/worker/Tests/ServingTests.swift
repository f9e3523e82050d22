import Testing

/// HTTP through a worker class of another package, by configuration.
@Suite(.serialized) struct ServingTests {
    private static let endless = "1048576g"
    // A second or two of work in a build without optimisation.
    private static let long = "8000000"
    private static let longAnswer = "539777\n"

    @Test func servesWhatTheListenerSays() async throws {
        let server = try await JobServer(memory: "1m")
        for _ in 0..<3 { #expect(try await server.answer(server.get("100")) == "25\n") }
        try await server.expect("\"accepting\": \"waiting\"")
    }

    /// Clients are not refused for want of memory: they wait until there is some.
    @Test func clientsWaitForMemory() async throws {
        let server = try await JobServer(workers: 2, memory: Self.endless)
        let client = try await server.get("100")
        try await server.expect("\"accepting\": \"declining\"", of: 2)
        #expect(client.exitStatus == nil, "no worker has taken it")
        try await server.expect("\"accepting\": \"declining\"", of: 2)
        try await server.reload(workers: 2, memory: "0")
        #expect(try await server.answer(client) == "25\n")
        try await server.expect("\"accepting\": \"waiting\"", of: 2)
    }

    /// A stop loses no client, not even those that waited for memory in vain.
    @Test func stopTakesWhatWaits() async throws {
        let server = try await JobServer(workers: 2, memory: Self.endless)
        let clients = [try await server.get("100"), try await server.get("1000")]
        server.terminate()
        #expect(try await server.answer(clients[0]) == "25\n")
        #expect(try await server.answer(clients[1]) == "168\n")
        #expect(try await server.end() == 0)
    }

    /// One request is at work and two clients wait behind it when the server is told to stop.
    @Test func drainLosesNothing() async throws {
        let server = try await JobServer(memory: "1m")
        let first = try await server.get(Self.long)
        try await server.expect("\"in_flight\": 1")
        let others = [try await server.get("100"), try await server.get("1000")]
        let areWaiting = others.allSatisfy { $0.exitStatus == nil }
        #expect(areWaiting || first.exitStatus != nil, "one at a time")
        server.terminate()
        #expect(try await server.answer(first) == Self.longAnswer)
        #expect(try await server.answer(others[0]) == "25\n")
        #expect(try await server.answer(others[1]) == "168\n")
        #expect(try await server.end() == 0)
        #expect(server.lines("worker_drain_timeout").isEmpty)
    }
}
