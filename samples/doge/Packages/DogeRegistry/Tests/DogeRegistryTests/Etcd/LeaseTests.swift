import EtcdTesting
import Testing

@testable import DogeRegistry

/// What etcd makes of a time to live, which is not always what was asked for.
@Suite(.enabled(if: Etcd.isInstalled), .timeLimit(.minutes(2)))
struct LeaseTests {
    /// How long a lease has left, in whole seconds.
    private func rest(of lease: EtcdLease, _ client: EtcdClient) async throws -> Int64 {
        let question = LeaseRequest(ID: LongText(lease.id))
        return try await client.ask("/v3/lease/timetolive", question, LeaseReply.self).TTL?.value ?? -1
    }

    @Test func leastLeaseIsTwoSeconds() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        for (wanted, granted) in [(1, 2), (2, 2), (3, 3)] {
            #expect(try await client.grant(ttl: .seconds(wanted)).ttl == .seconds(granted))
        }
        // Nor does it hurry: half of its second is still there when the time that was asked for is over.
        let began = ContinuousClock.now
        let lease = try await client.grant(ttl: .seconds(1))
        try await client.put("/doge/rpc/test/one", "127.0.0.1:1", lease: lease.id)
        #expect(await eventually { try await client.entry() == nil })
        #expect(began.duration(to: .now) >= .seconds(1.5))
    }

    @Test func leaseBeginsAnewWhenEtcdRestarts() async throws {
        let etcd = try await Etcd()
        let client = EtcdClient([etcd.address])
        let lease = try await client.grant(ttl: .seconds(30))
        #expect(await eventually { try await rest(of: lease, client) <= 27 })
        await etcd.stop()
        try await etcd.start()
        #expect(try await rest(of: lease, client) >= 29)
    }
}
