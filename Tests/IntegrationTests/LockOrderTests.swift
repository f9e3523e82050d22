import DroverTestSupport
import Glibc
import Testing

/// A protocol that takes a lock of its own wherever it is called, while other threads nudge under that lock: a worker that
/// called it under the lock of its threads would stand still.
@Suite struct LockOrderTests {
    private static let flags = ["--protocol", "locks", "--request-timeout", "0.6", "--keep-alive", "1"]
    /// The stock class; and one that is asked whether to accept, and takes the lock for that.
    private static let classes = [["--worker-class", "threads", "--threads", "4"], ["--worker-class", "locks"]]

    private func client(_ server: SpawnedServer) throws -> TCPClient { try TCPClient(port: server.port, timeout: 8) }

    private func ask(_ question: String, _ client: TCPClient) throws -> String {
        try client.send("\(question)\n")
        return try client.receive { $0.hasSuffix("\n") }
    }

    @Test(arguments: classes) func protocolsOwnLockIsFree(_ workerClass: [String]) throws {
        let server = try SpawnedServer.lab(workers: 1, workerClass + Self.flags)
        let silent = try client(server)
        #expect(try ask("hello", silent) == "hello\n")
        let busy = try (0..<6).map { _ in
            let client = try client(server)
            try client.send("nudge\n")
            return Worker { Result { try (0..<400).allSatisfy { try self.ask("\($0)", client) == "\($0)\n" } } }
        }
        let listening = try client(server)
        #expect(try ask("listen", listening) == "moment\n")
        for _ in 0..<20 { try client(server).send("nudge\n") }
        let lost = try client(server)
        try lost.send("nudge\n")
        #expect(try ask("hello", lost) == "hello\n")
        lost.reset()
        try server.waitForLines("connection lost", within: 8)
        #expect(try ask("wait", client(server)) == "cancelled\n", "its task was cancelled, and that nudges too")
        for client in busy { #expect(try client.join().get()) }
        #expect(try silent.receiveAll() == "silence\n")
        let nudged = try client(server)
        try nudged.send("nudge\n")
        #expect(try eventually(within: 8) { try ask("nudges", nudged) != "0\n" })
        server.signal(SIGTERM)
        #expect(try nudged.receiveAll() == "drain\n")
        #expect(server.waitForExit() == 0)
        #expect(server.lines("event=worker_timeout").isEmpty && server.lines("event=worker_drain_timeout").isEmpty)
    }
}
