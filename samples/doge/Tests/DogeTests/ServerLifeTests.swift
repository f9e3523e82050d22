import DogeConfiguration
import DogeRegistry
import DroverTesting
import EtcdTesting
import Glibc
import Testing

// The server `doge` and its entry in etcd.
@Suite(.enabled(if: Etcd.isInstalled), .timeLimit(.minutes(2)))
struct ServerLifeTests {
    private func registered(_ etcd: Etcd) async throws -> (RegisteredServer, EtcdClient, String) {
        let server = RegisteredServer(etcd.address)
        let client = EtcdClient([etcd.address])
        var address: String?
        _ = await eventually {
            address = try await client.entry()
            return address != nil
        }
        return (server, client, try #require(address, "\(server.log)"))
    }

    @Test func isEnteredWhenItsWorkersAreReadyAndTakenOutBeforeTheyDrain() async throws {
        let etcd = try await Etcd()
        let (server, client, address) = try await registered(etcd)
        #expect(server.lines("event=listening").first?.contains(address) == true)
        #expect(await eventually { server.lines("event=companion_ready").count == 1 })
        let ready = server.log.split(separator: "\n").firstIndex { $0.contains("event=companion_ready") }
        let workers = server.log.split(separator: "\n").lastIndex { $0.contains("event=worker_ready") }
        #expect(workers ?? .max < ready ?? 0)
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
        #expect(try await client.entry() == nil)
        let log = server.log.split(separator: "\n").map(String.init)
        let gone = try #require(log.firstIndex { $0.contains("deregistered") })
        let drain = try #require(log.firstIndex { $0.contains("event=worker_draining slot=0") })
        #expect(gone < drain)
    }

    @Test func arbiterHasOneThread() async throws {
        let etcd = try await Etcd()
        let (server, _, _) = try await registered(etcd)
        #expect(server.threads == 1)
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }

    @Test func quickStopTakesTheEntryOut() async throws {
        let etcd = try await Etcd()
        let (server, client, _) = try await registered(etcd)
        server.signal(SIGQUIT)
        #expect(await server.end() == 0)
        #expect(try await client.entry() == nil)
    }

    @Test func reloadKeepsTheEntry() async throws {
        let etcd = try await Etcd()
        let (server, client, address) = try await registered(etcd)
        server.signal(SIGHUP)
        var missing = 0
        let isDone = await eventually {
            if try await client.entry() != address { missing += 1 }
            return server.lines("deregistered").count == 1
        }
        #expect(isDone, "\(server.log)")
        #expect(await always(for: .seconds(4)) { try await client.entry() == address })
        #expect(missing == 0)
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
        #expect(try await client.entry() == nil)
    }

    @Test func upgradeKeepsTheEntry() async throws {
        let etcd = try await Etcd()
        let (server, client, address) = try await registered(etcd)
        server.signal(SIGUSR2)
        var missing = 0
        let isDone = await eventually {
            if try await client.entry() != address { missing += 1 }
            return server.lines("deregistered").count == 1
        }
        #expect(isDone, "\(server.log)")
        #expect(await server.end() == 0)
        #expect(missing == 0)
        #expect(await always(for: .seconds(4)) { try await client.entry() == address })
        let successor = try #require(server.pid(inLast: "event=upgrade_started"))
        kill(successor, SIGTERM)
        #expect(await eventually { kill(successor, 0) != 0 })
        #expect(try await client.entry() == nil)
    }

    @Test func deadWorkerOrCompanionChangesNothing() async throws {
        let etcd = try await Etcd()
        let (server, client, address) = try await registered(etcd)
        #expect(await eventually { server.lines("event=companion_ready").count == 1 })
        let companion = try #require(server.pid(inLast: "event=companion_ready"))
        kill(companion, SIGKILL)
        kill(try #require(server.pid(inLast: "event=worker_ready")), SIGKILL)
        // Longer than the first one's lease.
        #expect(await always(for: .seconds(5)) { try await client.entry() == address })
        #expect(server.lines("event=companion_ready").count == 2)
        #expect(server.lines("event=worker_ready").count == 3)
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }

    @Test func withdrawnServerIsTakenOutAndComesBack() async throws {
        let etcd = try await Etcd()
        let (server, client, address) = try await registered(etcd)
        server.signal(SIGWINCH)
        #expect(await eventually { try await client.entry() == nil })
        server.signal(SIGHUP)
        #expect(await eventually { try await client.entry() == address })
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }

    @Test func serverStartsWithoutEtcdAndIsEnteredWhenThatComes() async throws {
        let etcd = try await Etcd()
        await etcd.stop()
        let server = RegisteredServer(etcd.address)
        #expect(await eventually { server.lines("event=companion_ready").count == 1 }, "\(server.log)")
        try await etcd.start()
        let client = EtcdClient([etcd.address])
        #expect(await eventually { try await client.entry() != nil })
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }

    @Test func readsDogesOwnFile() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        func file(_ port: Int) -> String {
            """
            registry: { protocol: etcd, address: "\(etcd.address)", ttl: 3 }
            service: { name: test, node: one, host: shop.example, port: \(port) }
            """
        }
        let server = RegisteredServer(registry: "{ config: doge.yaml }", file: file(4399))
        #expect(await eventually { try await client.entry() == "shop.example:4399" }, "\(server.log)")
        server.folder.write("doge.yaml", file(4400))
        server.signal(SIGHUP)
        #expect(await eventually { try await client.entry() == "shop.example:4400" }, "\(server.log)")
        #expect(server.threads == 1)
        server.folder.write("doge.yaml", "registry: 1\n")
        server.signal(SIGHUP)
        #expect(await eventually { server.lines("event=reload_failed").first?.contains("doge.yaml:1:11") == true })
        #expect(try await client.entry() == "shop.example:4400")
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }

    @Test func withoutRegistryItServesAllTheSame() async throws {
        let server = RegisteredServer(registry: "{ protocol: direct }")
        #expect(await eventually { server.lines("event=companion_ready").count == 1 }, "\(server.log)")
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }
}
