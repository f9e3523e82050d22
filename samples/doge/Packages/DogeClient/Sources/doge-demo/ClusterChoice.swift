import ArgumentParser
import DogeClient
import DogeConfiguration
import DogeDiscovery
import DogeRegistry
import FoundationEssentials
import Logging

/// Where the service is, as the command line says it.
struct ClusterChoice {
    private let file: DogeFile
    private let connections: Int

    init(_ config: String?, _ addresses: [String], _ connections: Int, _ retries: Int?) throws {
        self.connections = connections
        var file: DogeFile
        if let config {
            file = try Self.read(config)
            if let retries { file.refer.defaults.retries = retries }
        } else {
            file = DogeFile(registry: RegistryConfiguration(kind: .direct, addresses: try addresses.map(Self.address)))
            file.refer.balance = .leastInFlight
            file.refer.defaults.retries = retries ?? 3
        }
        self.file = file
    }

    private static func read(_ path: String) throws -> DogeFile {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ValidationError("\(path): it cannot be read: \(error)")
        }
        do {
            return try DogeFile(yaml: text, file: path)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private static func address(_ text: String) throws -> HostPort {
        guard let address = HostPort(text) else {
            throw ValidationError("--address '\(text)' is not HOST:PORT, such as 127.0.0.1:4399.")
        }
        return address
    }

    /// The service's servers, or a registry that knows them.
    func cluster(logger: Logger) throws -> Cluster {
        var settings = ClientSettings(file.refer)
        settings.connections = connections
        let discovery: any Discovery =
            switch file.registry.kind {
            case .direct: DirectDiscovery(file.registry.addresses.map(Endpoint.init))
            case .etcd: EtcdDiscovery(file.registry.addresses, logger: logger)
            }
        return Cluster(discovery, settings: settings, logger: logger)
    }
}

extension Endpoint {
    fileprivate init(_ address: HostPort) {
        self.init(node: address.description, host: address.host, port: address.port)
    }
}
