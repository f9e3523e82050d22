import DroverTestSupport
import Glibc
import Testing

@Suite struct BalanceTests {
    /// A connection that stays, and the worker that has it.
    private struct Held {
        let client: TCPClient
        let worker: String
    }

    private func connect(_ count: Int, to server: SpawnedServer) throws -> [Held] {
        try (0..<count).map { _ in
            let client = try TCPClient(port: server.port)
            usleep(2_000)
            return Held(client: client, worker: try client.get("/pid").body)
        }
    }

    private func spread(_ held: [Held]) -> [Int] {
        Dictionary(grouping: held, by: \.worker).values.map(\.count).sorted()
    }

    @Test func connectionsSpreadEvenlyOverIdleWorkersAndFillGapsFirst() throws {
        let server = try SpawnedServer.lab(workers: 4, ["--keep-alive", "60"])
        var held = try connect(200, to: server)
        #expect(spread(held).count == 4)
        #expect(spread(held).last ?? 0 <= 52)
        let gone = Set(held.map(\.worker)).sorted().prefix(2)
        held.removeAll { gone.contains($0.worker) }
        // A worker hears of its clients' leaving by the same poller that brings new ones.
        #expect(eventually { gone.allSatisfy { openSockets($0) < 40 } })
        held += try connect(100, to: server)
        let counts = spread(held)
        #expect(counts.count == 4)
        #expect((counts.last ?? 0) - (counts.first ?? 0) <= 2, "\(counts)")
        #expect(server.stop() == 0)
    }

    private func ask(_ server: SpawnedServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        return client
    }

    private func openSockets(_ pid: String) -> Int {
        TemporaryDirectory.entries(of: "/proc/\(pid)/fd").count
    }

    @Test func ownQueuesOutliveTheirWorkers() throws {
        let server = try SpawnedServer.lab(workers: 2, ["--reuse-port"])
        for round in 1...5 {
            kill(server.workers[0], SIGKILL)
            let clients = try (0..<20).map { _ in try TCPClient(port: server.port) }
            for client in clients { #expect(try client.get("/").status == 200) }
            try server.waitUntilReady(workers: 2 + round)
        }
        #expect(server.stop() == 0)
    }

    @Test func workerHoldsNoQueueButItsOwn() throws {
        let server = try SpawnedServer.lab(workers: 3, ["--reuse-port"])
        kill(server.workers[0], SIGKILL)
        try server.waitUntilReady(workers: 4)
        for worker in server.workers {
            #expect(try listeningSockets(of: worker) == 1)
        }
        #expect(server.stop() == 0)
    }

    /// How many of a process's sockets are in state LISTEN, by their inodes in /proc/net/tcp.
    private func listeningSockets(of pid: pid_t) throws -> Int {
        let table = try #require(TemporaryDirectory.content(of: "/proc/net/tcp"))
        let listening = table.split(separator: "\n").dropFirst().compactMap { line -> String? in
            let columns = line.split(separator: " ")
            return columns.count > 9 && columns[3] == "0A" ? "socket:[\(columns[9])]" : nil
        }
        return TemporaryDirectory.entries(of: "/proc/\(pid)/fd").filter { name in
            var target = [UInt8](repeating: 0, count: 64)
            let count = target.withUnsafeMutableBytes { bytes in
                readlink("/proc/\(pid)/fd/\(name)", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            return count > 0 && listening.contains(String(decoding: target[..<count], as: UTF8.self))
        }.count
    }

    @Test func slotThatGoesLosesNothingOfItsQueue() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--reuse-port"])
        for round in 0..<5 {
            server.signal(SIGTTIN)
            try server.waitForLines("event=worker_ready slot=1", count: round + 1)
            var clients = try (0..<20).map { _ in try ask(server) }
            server.signal(SIGTTOU)
            clients += try (0..<20).map { _ in try ask(server) }
            #expect(clients.filter { (try? $0.reply().status) == 200 }.count == 40)
            try server.waitForLines("event=worker_exited slot=1", count: round + 1)
        }
        #expect(server.stop() == 0)
    }
}
