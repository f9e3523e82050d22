import DogeConfiguration
import DogeRegistry

/// Asks etcd something harmless.
struct EtcdProbe {
    private let client: EtcdClient

    init(_ address: HostPort) {
        client = EtcdClient([address], patience: .seconds(2))
    }

    func answers() async throws -> Bool {
        _ = try await client.get("/probe")
        return true
    }
}
