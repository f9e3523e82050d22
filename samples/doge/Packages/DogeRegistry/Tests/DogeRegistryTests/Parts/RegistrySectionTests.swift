import DogeConfiguration
import Drover
import DroverTesting
import EtcdTesting
import Testing

@testable import DogeRegistry

@Suite struct RegistrySectionTests {
    private let listener = ListenerAddress(protocolName: "doge", host: "10.0.0.5", port: 4399)

    private func section(_ settings: [String: String]) throws -> RegistrySection {
        try RegistrySection(
            SettingsNode(
                .mapping(
                    settings.sorted { $0.key < $1.key }.map { key, value in
                        SettingsNode.Entry(
                            key, at: .builtIn, SettingsNode(.scalar(value, quoted: true), at: .builtIn))
                    }), at: .builtIn, key: "registry"))
    }

    @Test func nothingIsDirect() throws {
        let section = try section([:])
        #expect(section.registry.kind == .direct)
        #expect(try section.registration(of: [listener]) == nil)
    }

    @Test func addressMeansEtcd() throws {
        let section = try section(["address": "127.0.0.1:2379, 127.0.0.1:2381", "service": "test"])
        #expect(section.registry.addresses.map(\.port) == [2379, 2381])
        let registration = try #require(try section.registration(of: [listener]))
        #expect(registration.key == "/doge/rpc/test/10.0.0.5:4399")
        #expect(registration.value == "10.0.0.5:4399")
        #expect(registration.ttl == .seconds(10))
    }

    @Test func listenerOfTheProtocolIsEnteredFirst() throws {
        let section = try section(["address": "127.0.0.1:2379", "service": "test"])
        let other = ListenerAddress(protocolName: "http", host: "10.0.0.5", port: 80)
        let socket = ListenerAddress(protocolName: "doge", host: "unix:/run/doge.sock", port: nil)
        #expect(try section.registration(of: [socket, other, listener])?.address.port == 4399)
        #expect(try section.registration(of: [socket, other])?.address.port == 80)
        #expect(throws: NoAddress.self) { try section.registration(of: [socket]) }
    }

    @Test func addressForAllNeedsAHost() throws {
        let open = ListenerAddress(protocolName: "doge", host: "0.0.0.0", port: 4399)
        let silent = try section(["address": "127.0.0.1:2379", "service": "test"])
        #expect(throws: NoAddress.self) { try silent.registration(of: [open]) }
        let said = try section(["address": "127.0.0.1:2379", "service": "test", "host": "shop.example"])
        #expect(try said.registration(of: [open])?.value == "shop.example:4399")
    }

    @Test(arguments: [
        ["protocol": "etcd", "service": "test"],
        ["address": "127.0.0.1:2379"],
        ["address": "127.0.0.1", "service": "test"],
        ["address": "127.0.0.1:2379", "service": "a/b"],
        ["address": "127.0.0.1:2379", "service": "test", "ttl": "0.5"],
        ["config": "/nonexistent/doge.yaml"],
    ])
    func mistakeKeepsTheServerFromStarting(settings: [String: String]) {
        #expect(throws: (any Error).self) { try section(settings) }
    }

    @Test func fileSaysWhatTheSectionDoesNot() throws {
        let folder = TemporaryDirectory()
        folder.write(
            "doge.yaml",
            """
            registry: { protocol: etcd, address: "10.0.0.1:2379", ttl: 7 }
            service: { name: test, node: n1, host: 10.0.0.9, port: 4399 }
            """)
        let path = "\(folder.path)/doge.yaml"
        let plain = try #require(try section(["config": path]).registration(of: [listener]))
        #expect(plain.key == "/doge/rpc/test/n1")
        #expect(plain.value == "10.0.0.9:4399")
        #expect(plain.ttl == .seconds(7))
        let changed = try section(["config": path, "node": "n2", "address": "10.0.0.2:2379"])
        #expect(changed.registry.addresses == [HostPort(host: "10.0.0.2", port: 2379)])
        #expect(try changed.registration(of: [listener])?.key == "/doge/rpc/test/n2")
    }

    @Test func mistakeInTheFileIsReportedThere() throws {
        let folder = TemporaryDirectory()
        folder.write("doge.yaml", "registry:\n  protocol: zookeeper\n  host: a\n")
        let error = #expect(throws: SettingsIssues.self) { try section(["config": "\(folder.path)/doge.yaml"]) }
        #expect(error?.description.hasPrefix("\(folder.path)/doge.yaml:2:13: ") == true)
    }
}
