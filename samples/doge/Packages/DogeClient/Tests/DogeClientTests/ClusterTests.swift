import DogeClient
import DogeConfiguration
import DogeDiscovery
import DogeMessages
import MessagePack
import Testing

/// Clients as doge's file describes them.
struct ClusterTests {
    @Test func aFileSaysHowServicesAreCalled() async throws {
        let server = try await ScriptedServer { $1.reply($0, .string($0.meta["traceparent"] == nil ? "" : "traced")) }
        let yaml = """
            registry: { protocol: direct, address: "127.0.0.1:\(server.port)" }
            refer:
              haStrategy: backupRequestHA
              loadBalance: RandomLB
              filters: [metrics, tracing]
              get.retries: 2
              get.requestTimeout: 700
            """
        let file = try DogeFile(yaml: yaml, file: "doge.yaml")
        let settings = ClientSettings(file.refer)
        #expect(settings.highAvailability == .backupRequest)
        #expect(settings.loadBalance == .random)
        #expect(settings.method("get").retries == 2)
        #expect(settings.method("get").requestTimeout == .milliseconds(700))
        #expect(settings.method("other") == MethodSettings())
        let cluster = try Cluster(file)
        #expect(try await cluster.client("test").call("get", returning: String.self) == "traced")
        #expect(cluster.client("test") === cluster.client("test"))
        #expect(cluster.client("test") !== cluster.client("other"))
        #expect(cluster.metrics?.counts("test", "get").succeeded == 1)
        cluster.close()
        await eventually("its connections are closed") { server.openCount == 0 }
    }

    @Test func whatAFileCannotMeanIsRefused() throws {
        var file = DogeFile(registry: RegistryConfiguration(kind: .etcd, addresses: []))
        #expect(throws: ClusterError.noDiscovery) { try Cluster(file) }
        _ = try Cluster(file, discovery: DirectDiscovery([]))
        file.refer.filters = ["my.Filter"]
        #expect(throws: ClusterError.unknownFilter("my.Filter")) { try Cluster(file, discovery: DirectDiscovery([])) }
    }
}
