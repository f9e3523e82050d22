internal import DogeConfiguration
internal import Drover

/// The section `registry:` of drover.yaml: doge's own file, what it would say, or both.
///
/// What stands in the section counts before what the file says.
struct RegistrySection: Sendable {
    let registry: RegistryConfiguration
    private let service: String?
    private let node: String?
    private let host: String?
    private let port: Int?

    static let section = PluginSection(
        "registry",
        settings: [
            SettingSpec("config", .path, default: nil, "doge's own file, with `registry:` and `service:`."),
            SettingSpec(
                "protocol", .choice([SettingChoice("etcd"), SettingChoice("direct")], noun: "registry"), default: nil,
                "`etcd` enters the server there while it serves; `direct`, the default without `address`, does nothing."
            ),
            SettingSpec("address", .list, default: nil, "The members of the etcd cluster, host:port each."),
            SettingSpec(
                "ttl", .duration, default: nil,
                "How long the entry outlives a server that died, in whole seconds; 10 s. etcd makes 2 s of less, and begins "
                    + "anew when it restarts."),
            SettingSpec("service", .string, default: nil, "The service's name, by which clients ask for it."),
            SettingSpec(
                "node", .string, default: nil, "The server's own name in the service; its host and port by default."),
            SettingSpec("host", .string, default: nil, "Where clients reach it; where it listens by default."),
            SettingSpec(
                "port", .integer(HostPort.ports), default: nil, "The port where clients reach it; its own by default."),
        ]
    ) { node in _ = try RegistrySection(node) }

    /// - Throws: `SettingsIssue` with the place of the mistake.
    init(_ node: SettingsNode) throws {
        let file = try Self.file(node["config"])
        let addresses = try node["address"].map(Self.addresses)
        let kind = try node["protocol"]?.string()
        registry = RegistryConfiguration(
            kind: kind.flatMap(RegistryConfiguration.Kind.init)
                ?? file?.registry.kind ?? (addresses == nil ? .direct : .etcd),
            addresses: addresses ?? file?.registry.addresses ?? [],
            ttl: try node["ttl"]?.duration() ?? file?.registry.ttl ?? RegistryConfiguration.defaultTTL)
        service = try node["service"]?.string() ?? file?.service?.name
        self.node = try node["node"]?.string() ?? file?.service?.node
        host = try node["host"]?.string() ?? file?.service?.host
        port = try node["port"]?.integer() ?? file?.service?.port
        guard registry.kind == .etcd else { return }
        if registry.addresses.isEmpty {
            throw node.issue("has no 'address', the members of the etcd cluster: 'address: 127.0.0.1:2379'")
        }
        if service == nil { throw node.issue("has no 'service', the name by which clients ask for it") }
        if registry.ttl < .seconds(1) {
            throw (node["ttl"] ?? node).issue("must be 1 s or more, as etcd counts whole seconds")
        }
        for key in ["service", "node"] {
            if let value = node[key], value.text?.contains("/") == true { throw value.issue("must not contain '/'") }
        }
    }

    /// What to enter for a server that listens at `listeners`; nil for `direct`.
    ///
    /// - Throws: `NoAddress` when that cannot be known.
    func registration(of listeners: [ListenerAddress]) throws(NoAddress) -> Registration? {
        guard registry.kind == .etcd, let service else { return nil }
        let reachable = listeners.filter { $0.port != nil }
        let listener = reachable.first { $0.protocolName == "doge" } ?? reachable.first
        guard let port = port ?? listener?.port else { throw .noPort }
        let isOpenToAll = listener.map { ["0.0.0.0", "::"].contains($0.host) } ?? true
        guard let host = host ?? (isOpenToAll ? nil : listener?.host) else {
            throw .noHost(listener?.description ?? "a unix socket")
        }
        let address = HostPort(host: host, port: port)
        return Registration(service: service, node: node ?? "\(address)", address: address, ttl: registry.ttl)
    }

    private static func file(_ node: SettingsNode?) throws -> DogeFile? {
        guard let node else { return nil }
        do {
            return try DogeFile.read(path: node.string())
        } catch let error as ConfigurationIssues {
            throw SettingsIssues(
                error.issues.map { issue in
                    let position = SourcePosition(file: issue.file, line: issue.line, column: issue.column)
                    return SettingsIssue(at: .file(position), issue.problem)
                })
        }
    }

    private static func addresses(_ node: SettingsNode) throws -> [HostPort] {
        try node.strings().flatMap { $0.split(separator: ",") }.map { text in
            guard let address = HostPort(text.filter { $0 != " " }) else {
                throw node.issue("must be host:port, or several, not '\(text)'")
            }
            return address
        }
    }
}

/// Nobody has said where clients reach the server.
enum NoAddress: Error, CustomStringConvertible {
    case noHost(String)
    case noPort

    var description: String {
        switch self {
        case .noHost(let address):
            "the server listens on \(address), which tells clients nothing: set registry.host in drover.yaml"
        case .noPort: "the server listens on no TCP port: set registry.host and registry.port in drover.yaml"
        }
    }
}
