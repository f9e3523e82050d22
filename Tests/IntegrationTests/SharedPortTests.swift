import DroverTestSupport
import Glibc
import Testing

/// Two servers on one port, which SO_REUSEPORT allows.
@Suite struct SharedPortTests {
    @Test func secondStartWithReusePortNamesTheFirst() throws {
        let first = try SpawnedServer.lab(workers: 2, ["--reuse-port"])
        #expect(first.lines("event=port_shared").isEmpty)
        let address = "127.0.0.1:\(first.port)"
        let second = SpawnedServer("drover-lab", ["-b", address, "--reuse-port"])
        try second.waitUntilReady(workers: 1)
        let line = try #require(second.lines("event=port_shared").first)
        #expect(line.contains(" warning "))
        #expect(line.contains("address=\(address) with=\"drover-lab"), "\(line)")
        #expect(line.contains("(pid \(first.pid))"), "\(line)")
        #expect(second.stop() == 0)
        let third = SpawnedServer("drover-lab", ["-b", address])
        #expect(third.waitForExit() == 1)
        #expect(third.log.contains("cannot listen on \(address): the address is in use by drover-lab"), "\(third.log)")
        #expect(first.stop() == 0)
    }

    /// A supervisor may hold the port itself; only an arbiter that starts its successor is an elder.
    @Test func parentIsNoElder() throws {
        let held = try TCPListener()
        let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:\(held.port)"])
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("the address is in use by "), "\(server.log)")
        #expect(server.log.contains(" (pid \(getpid())); stop it or choose another address"), "\(server.log)")
    }

    @Test func elderIsNoStranger() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-w", "2", "--reuse-port", "--pid", "lab.pid"], in: directory)
        try server.waitUntilReady(workers: 2)
        directory.write("drover.yaml", "workers: 3\n")
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        let young = try #require(directory.waitForPID("lab.pid"))
        kill(young, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(young) })
        #expect(server.lines("event=port_shared").isEmpty)
    }
}
