import DogeConfiguration
import EtcdTesting
import Logging
import Testing

@testable import DogeRegistry

@Suite(.enabled(if: Etcd.isInstalled), .timeLimit(.minutes(2)))
struct RegistrarTests {
    private func registration(_ port: Int, ttl: Int = 3) -> Registration {
        Registration(
            service: "test", node: "one", address: HostPort(host: "127.0.0.1", port: port), ttl: .seconds(ttl))
    }

    private func keep(_ registration: Registration, _ etcd: Etcd) -> Task<Void, Never> {
        let registrar = EtcdRegistrar(
            registration, in: EtcdClient([etcd.address]), logger: Logger(label: "test"))
        return Task { await registrar.run {} }
    }

    @Test func entryLivesAsLongAsItIsKept() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let task = keep(registration(4399, ttl: 2), etcd)
        #expect(await eventually { try await client.entry() == "127.0.0.1:4399" })
        // Twice its time to live.
        #expect(await always(for: .seconds(4)) { try await client.entry() != nil })
        task.cancel()
        await task.value
        #expect(try await client.entry() == nil, "it goes at once")
    }

    @Test func entryOfADeadServerExpires() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let lease = try await client.grant(ttl: .seconds(1)).id
        try await client.put("/doge/rpc/test/one", "127.0.0.1:1", lease: lease)
        #expect(await eventually { try await client.entry() == nil })
        await #expect(throws: EtcdError.leaseLost) { try await client.keepAlive(lease) }
    }

    @Test func laterOneKeepsTheEntryWhenTheEarlierOneGoes() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let earlier = keep(registration(1), etcd)
        #expect(await eventually { try await client.entry() == "127.0.0.1:1" })
        let later = keep(registration(2), etcd)
        #expect(await eventually { try await client.entry() == "127.0.0.1:2" })
        earlier.cancel()
        await earlier.value
        #expect(await always(for: .seconds(1)) { try await client.entry() == "127.0.0.1:2" })
        later.cancel()
        await later.value
        #expect(try await client.entry() == nil)
    }

    @Test func entryThatSomebodyDeletesComesBackAtOnce() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let task = keep(registration(1, ttl: 60), etcd)
        #expect(await eventually { try await client.entry() != nil })
        let other = try await client.grant(ttl: .seconds(60)).id
        try await client.put("/doge/rpc/test/one", "127.0.0.1:2", lease: other)
        try await client.revoke(other)
        #expect(await eventually(within: 5) { try await client.entry() == "127.0.0.1:1" })
        task.cancel()
        await task.value
    }

    @Test(arguments: [false, true])
    func entryComesBackAfterEtcdWasAway(forgetful: Bool) async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let task = keep(registration(1), etcd)
        #expect(await eventually { try await client.entry() != nil })
        await etcd.stop()
        if forgetful { etcd.forget() }
        try await Task.sleep(for: .seconds(1))
        try await etcd.start()
        #expect(await eventually { try await client.entry() == "127.0.0.1:1" })
        // Longer than its time to live: it is kept again, not only still there.
        #expect(await always(for: .seconds(4)) { try await client.entry() != nil })
        task.cancel()
        await task.value
    }

    @Test func goingDoesNotWaitLongForAnEtcdThatIsAway() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let task = keep(registration(1), etcd)
        #expect(await eventually { try await client.entry() != nil })
        await etcd.stop()
        let began = ContinuousClock.now
        task.cancel()
        await task.value
        #expect(began.duration(to: .now) < .seconds(2.5))
    }
}
