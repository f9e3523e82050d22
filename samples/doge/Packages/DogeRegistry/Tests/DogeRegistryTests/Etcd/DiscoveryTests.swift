import DogeConfiguration
import DogeDiscovery
import EtcdTesting
import Logging
import Testing

@testable import DogeRegistry

/// Every set that a discovery has handed over.
private actor Seen {
    private(set) var sets: [[String]] = []

    func append(_ endpoints: [Endpoint]) { sets.append(endpoints.map { "\($0.node)=\($0)" }) }
}

@Suite(.enabled(if: Etcd.isInstalled), .timeLimit(.minutes(2)))
struct DiscoveryTests {
    private struct Watched {
        let seen = Seen()
        let task: Task<Void, Never>

        init(_ etcd: Etcd, grace: Duration = .seconds(15)) {
            let discovery = EtcdDiscovery([etcd.address], grace: grace, logger: Logger(label: "test"))
            task = Task { [seen] in
                for await endpoints in discovery.watch(service: "test") { await seen.append(endpoints) }
            }
        }

        func last() async -> [String]? { await seen.sets.last }
    }

    private func put(_ node: String, _ address: String, _ client: EtcdClient) async throws -> Int64 {
        let lease = try await client.grant(ttl: .seconds(60)).id
        try await client.put(RegistryKey.key(of: "test", node: node), address, lease: lease)
        return lease
    }

    @Test func serversComeAndGo() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let watched = Watched(etcd)
        #expect(await eventually { await watched.last() == [] })
        _ = try await put("a", "h:1", client)
        #expect(await eventually(within: 3) { await watched.last() == ["a=h:1"] })
        let lease = try await put("b", "h:2", client)
        #expect(await eventually(within: 3) { await watched.last() == ["a=h:1", "b=h:2"] })
        try await client.revoke(lease)
        #expect(await eventually(within: 3) { await watched.last() == ["a=h:1"] })
        watched.task.cancel()
        await watched.task.value
    }

    @Test func sameSetIsNotHandedOverTwice() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        _ = try await put("a", "h:1", client)
        let watched = Watched(etcd)
        #expect(await eventually { await watched.last() == ["a=h:1"] })
        _ = try await put("a", "h:1", client)
        _ = try await put("b", "h:2", client)
        #expect(await eventually { await watched.last()?.count == 2 })
        #expect(await watched.seen.sets == [["a=h:1"], ["a=h:1", "b=h:2"]])
        watched.task.cancel()
    }

    @Test func otherServicesAreNoneOfItsBusiness() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let lease = try await client.grant(ttl: .seconds(60)).id
        try await client.put("/doge/rpc/test2/a", "h:1", lease: lease)
        let watched = Watched(etcd)
        _ = try await put("a", "h:2", client)
        #expect(await eventually { await watched.last() == ["a=h:2"] })
        watched.task.cancel()
    }

    @Test func lastKnownSetStaysWhileEtcdIsAway() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        _ = try await put("a", "h:1", client)
        let watched = Watched(etcd, grace: .seconds(2))
        #expect(await eventually { await watched.last() == ["a=h:1"] })
        await etcd.stop()
        etcd.forget()
        try await Task.sleep(for: .milliseconds(300))
        try await etcd.start()
        _ = try await put("b", "h:2", client)
        #expect(await eventually { await watched.last() == ["a=h:1", "b=h:2"] })
        #expect(await !watched.seen.sets.dropFirst().contains([]), "never without a server")
        #expect(await eventually { await watched.last() == ["b=h:2"] }, "and not for ever")
        watched.task.cancel()
    }

    @Test func manyServicesAreWatchedAtATime() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let discovery = EtcdDiscovery([etcd.address], logger: Logger(label: "test"))
        let seen = Seen()
        let tasks = (0..<20).map { number in
            Task {
                for await endpoints in discovery.watch(service: "test\(number)") where !endpoints.isEmpty {
                    await seen.append(endpoints)
                }
            }
        }
        for number in 0..<20 {
            let lease = try await client.grant(ttl: .seconds(60)).id
            try await client.put("/doge/rpc/test\(number)/a", "h:\(number + 1)", lease: lease)
        }
        #expect(await eventually { await seen.sets.count == 20 })
        for task in tasks { task.cancel() }
    }
}
