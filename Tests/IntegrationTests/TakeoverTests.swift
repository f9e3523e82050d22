import DroverTestSupport
import Glibc
import Testing

/// From every address to one and back, while clients connect.
@Suite struct TakeoverTests {
    private let directory = TemporaryDirectory()

    private func lab(_ lines: String) throws -> SpawnedServer {
        directory.write("drover.yaml", lines)
        let server = SpawnedServer("drover-lab", ["--pid", "lab.pid"], in: directory)
        try server.waitUntilReady(workers: 2)
        return server
    }

    /// Whether a process listens at 127.0.0.2, which only the wildcard covers.
    private func isOpenToAll(_ port: UInt16) -> Bool {
        let probe = "import socket, sys; socket.create_connection(('127.0.0.2', int(sys.argv[1])), 5)"
        return (try? Command.run(["/usr/bin/env", "python3", "-c", probe, "\(port)"]).status) == 0
    }

    @Test(arguments: ["shared", "reuseport"])
    func reloadChangesBetweenAllAddressesAndOne(accept: String) throws {
        let rest = "workers: 2\nreuse_port: \(accept == "reuseport")\n"
        let server = try lab("bind: 0.0.0.0:0\n\(rest)")
        let port = server.port
        #expect(isOpenToAll(port))
        let failures = try server.failures(during: 1) {
            for (round, host) in ["127.0.0.1", "0.0.0.0", "127.0.0.1"].enumerated() {
                directory.write("drover.yaml", "bind: \(host):\(port)\n\(rest)")
                server.signal(SIGHUP)
                try server.waitForLines("event=reloaded", count: round + 1)
                try server.waitForLines("event=worker_exited", count: 2 * round + 2)
                #expect(isOpenToAll(port) == (host == "0.0.0.0"))
            }
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(server.lines(" error ").isEmpty, "\(server.log)")
        #expect(server.stop() == 0)
    }

    @Test(arguments: [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")])
    func reloadThatFailsLosesNothing(from: String, to: String) throws {
        let server = try lab("bind: \(from):0\nworkers: 2\n")
        let port = server.port
        let failures = try server.failures(during: 1) {
            for (round, boot) in ["fail", "slow:400"].enumerated() {
                directory.write(
                    "drover.yaml", "bind: \(to):\(port)\nworkers: 2\nraw_env: [LAB_BOOT=\(boot), LAB_BOOT_SLOT=1]\n")
                server.signal(SIGHUP)
                try server.waitForLines("event=reloading", count: round + 1)
                if boot == "fail" { try server.waitForLines("event=reload_failed") }
            }
            // The slow one is overtaken: by a mistake.
            directory.write("drover.yaml", "nonsense: 1\n")
            server.signal(SIGHUP)
            try server.waitForLines("event=reload_failed", count: 3)
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(isOpenToAll(port) == (from == "0.0.0.0"))
        #expect(server.stop() == 0)
    }

    @Test(arguments: [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")])
    func upgradeTakesOverToo(from: String, to: String) throws {
        let server = try lab("bind: \(from):0\nworkers: 2\n")
        let port = server.port
        var young: pid_t?
        defer { if let young { kill(young, SIGKILL) } }
        let failures = try server.failures(during: 1) {
            directory.write("drover.yaml", "bind: \(to):\(port)\nworkers: 2\nraw_env: [LAB_BOOT=fail]\n")
            server.signal(SIGUSR2)
            try server.waitForLines("event=upgrade_failed")
            directory.write("drover.yaml", "bind: \(to):\(port)\nworkers: 2\n")
            server.signal(SIGUSR2)
            #expect(server.waitForExit() == 0)
            young = directory.waitForPID("lab.pid")
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(isOpenToAll(port) == (to == "0.0.0.0"))
        let pid = try #require(young)
        kill(pid, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(pid) })
        young = nil
    }
}
