import DroverTestSupport
import Testing

@Suite struct ForkSafetyTests {
    @Test func lockUsedBeforeTheForkDoesNoHarmInAWorker() throws {
        let server = SpawnedServer(
            "drover-fork-safety", ["-b", "127.0.0.1:0"], environment: ["FIXTURE": "mutex"])
        try server.waitUntilReady(workers: 1)
        let client = try TCPClient(port: server.port)
        #expect(try client.receiveAll() == "40\n")
        #expect(server.lines("event=worker_exited").isEmpty)
        #expect(server.stop() == 0)
    }

    @Test func lockUsedBeforeTheForkDoesNoHarmInAHook() throws {
        let server = SpawnedServer(
            "drover-fork-safety", ["-b", "127.0.0.1:0", "--protocol", "hang", "--timeout", "0.2s"],
            environment: ["FIXTURE": "mutex"])
        try server.waitUntilReady(workers: 1)
        let client = try TCPClient(port: server.port)
        try server.waitForLines("aborted after 40")
        try server.waitUntilReady(workers: 2)
        withExtendedLifetime(client) {}
        #expect(server.stop() == 0)
    }

    @Test func threadsInTheArbiterAreNamedAndNothingIsForked() {
        let server = SpawnedServer(
            "drover-fork-safety", ["-b", "127.0.0.1:0"], environment: ["FIXTURE": "thread"])
        #expect(server.waitForExit() == 3)
        #expect(server.lines(" error ").count == 1)
        #expect(server.log.contains("left-running"))
        #expect(!server.log.contains("event=worker_started"))
    }
}
