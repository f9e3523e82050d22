internal import DogeConfiguration
internal import Drover

/// The section `registry:` of drover.yaml: doge's own file, what it would say, or both.
///
/// What stands in the section counts before what the file says.
struct RegistrySection: Sendable {
    private var file: DogeFile?
    private var statedKind: RegistryConfiguration.Kind?
    private var statedAddresses: [HostPort]?
    private var statedTTL: Duration?
    private var statedService: String?
    private var statedNode: String?
    private var statedHost: String?
    private var statedPort: Int?

    static let section = PluginSection(
        "registry", RegistrySection(),
        [
            .setting(
                "config", \.file, as: .path, "doge's own file, with `registry:` and `service:`.", read: readFile),
            .setting(
                "protocol", \.statedKind,
                as: .choice(RegistryConfiguration.Kind.allCases.map { SettingChoice($0.rawValue) }, noun: "registry"),
                "`etcd` enters the server there while it serves; `direct`, the default without `address`, does nothing.",
                read: { .init(rawValue: try $0.string()) }),
            .setting(
                "address", \.statedAddresses, as: .list, "The members of the etcd cluster, host:port each.",
                read: readAddresses),
            .setting(
                "ttl", \.statedTTL,
                "How long the entry outlives a server that died, in whole seconds; 10 s. etcd makes 2 s of less, and begins "
                    + "anew when it restarts."),
            .setting("service", \.statedService, "The service's name, by which clients ask for it."),
            .setting(
                "node", \.statedNode, "The server's own name in the service; its host and port by default."),
            .setting("host", \.statedHost, "Where clients reach it; where it listens by default."),
            .setting(
                "port", \.statedPort, as: .integer(HostPort.ports),
                "The port where clients reach it; its own by default."),
        ]
    ) { settings, node in
        try settings.check(node)
    }

    private init() {}

    /// - Throws: `SettingsIssue` with the place of the mistake.
    init(_ node: SettingsNode) throws {
        self = try Self.section.settings(from: node)
    }

    var registry: RegistryConfiguration {
        RegistryConfiguration(
            kind: statedKind ?? file?.registry.kind ?? (statedAddresses == nil ? .direct : .etcd),
            addresses: statedAddresses ?? file?.registry.addresses ?? [],
            ttl: statedTTL ?? file?.registry.ttl ?? RegistryConfiguration.defaultTTL)
    }

    private var service: String? { statedService ?? file?.service?.name }
    private var node: String? { statedNode ?? file?.service?.node }
    private var host: String? { statedHost ?? file?.service?.host }
    private var port: Int? { statedPort ?? file?.service?.port }

    private func check(_ section: SettingsNode) throws(SettingsIssue) {
        let registry = registry
        guard registry.kind == .etcd else { return }
        if registry.addresses.isEmpty {
            throw section.issue("has no 'address', the members of the etcd cluster: 'address: 127.0.0.1:2379'")
        }
        if service == nil { throw section.issue("has no 'service', the name by which clients ask for it") }
        if registry.ttl < .seconds(1) {
            throw section.issue(of: "ttl", "must be 1 s or more, as etcd counts whole seconds")
        }
        for (key, value) in [("service", statedService), ("node", statedNode)] where value?.contains("/") == true {
            throw section.issue(of: key, "must not contain '/'")
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

    @Sendable
    private static func readFile(_ node: SettingsNode) throws -> DogeFile? {
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

    @Sendable
    private static func readAddresses(_ node: SettingsNode) throws -> [HostPort]? {
        try node.strings().flatMap { $0.split(separator: ",") }.map { text in
            guard let address = HostPort(text.filter { $0 != " " }) else {
                throw node.issue("must be host:port, or several, not '\(text)'")
            }
            return address
        }
    }
}

/// It is not said where clients reach the server.
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
