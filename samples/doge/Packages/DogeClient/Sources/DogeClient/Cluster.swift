public import DogeConfiguration
public import DogeDiscovery
public import Logging
internal import NIOConcurrencyHelpers
public import NIOPosix

/// The services that a program calls, as doge's YAML file describes them: a client for each, made when it is asked for.
///
///     let cluster = Cluster(try DogeFile(yaml: text, file: "doge.yaml"))
///     let sum: Int = try await cluster.client("test").call("sum", 1, 2)
public final class Cluster: Sendable {
    private let discovery: any Discovery
    private let settings: ClientSettings
    private let filters: [any ClientFilter]
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let clients = NIOLockedValueBox<[String: DogeClient]>([:])

    /// Services that `discovery` finds.
    ///
    /// - Parameters:
    ///   - discovery: Names each service's endpoints.
    ///   - settings: How all of them are called.
    ///   - filters: What stands around the calls, the first outermost.
    ///   - group: The event loops that all connections share.
    ///   - logger: Hears of endpoints that are ejected and that come back.
    public init(
        _ discovery: any Discovery, settings: ClientSettings = ClientSettings(), filters: [any ClientFilter] = [],
        group: MultiThreadedEventLoopGroup = .singleton, logger: Logger = Logger(label: "doge-client")
    ) {
        self.discovery = discovery
        self.settings = settings
        self.filters = filters
        self.group = group
        self.logger = logger
    }

    /// Services as a file of doge describes them.
    ///
    /// - Parameters:
    ///   - file: Its sections `registry` and `refer` count.
    ///   - discovery: Finds services in the registry; not needed where the file names the servers themselves.
    ///   - filters: What stands around the calls besides the filters that the file names, outside of them.
    ///   - group: The event loops that all connections share.
    ///   - logger: Hears of endpoints that are ejected and that come back.
    /// - Throws: ``ClusterError``.
    public convenience init(
        _ file: DogeFile, discovery: (any Discovery)? = nil, filters: [any ClientFilter] = [],
        group: MultiThreadedEventLoopGroup = .singleton, logger: Logger = Logger(label: "doge-client")
    ) throws(ClusterError) {
        var all = filters
        for name in file.refer.filters { all.append(try Self.filter(name)) }
        let found: any Discovery
        switch (discovery, file.registry.kind) {
        case (let discovery?, _): found = discovery
        case (nil, .direct): found = DirectDiscovery(file.registry.endpoints)
        case (nil, .etcd): throw .noDiscovery
        }
        self.init(found, settings: ClientSettings(file.refer), filters: all, group: group, logger: logger)
    }

    private static func filter(_ name: String) throws(ClusterError) -> any ClientFilter {
        switch name {
        case "metrics", "doge.filter.metrics.MetricsClientFilter": MetricsFilter()
        case "tracing", "doge.filter.tracing.TracingClientFilter": TracingFilter()
        default: throw .unknownFilter(name)
        }
    }

    /// What is counted, if there is a filter that counts.
    public var metrics: MetricsFilter? {
        for filter in filters { if let metrics = filter as? MetricsFilter { return metrics } }
        return nil
    }

    /// The client of a service, the same whenever it is asked for.
    public func client(_ service: String) -> DogeClient {
        clients.withLockedValue { clients in
            if let client = clients[service] { return client }
            let client = DogeClient(
                service, discovery, settings: settings, filters: filters, group: group, logger: logger)
            clients[service] = client
            return client
        }
    }

    /// Ends the connections of all clients; calls that are in progress fail.
    public func close() {
        let all = clients.withLockedValue { clients in
            defer { clients = [:] }
            return clients
        }
        for client in all.values { client.close() }
    }
}

/// Why a file does not describe a cluster.
public enum ClusterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no client filter of this name.
    case unknownFilter(String)
    /// The services are in a registry, and no discovery looks there.
    case noDiscovery

    /// The error in one line.
    public var description: String {
        switch self {
        case .unknownFilter(let name):
            "refer.filters: '\(name)' is no client filter; there are 'metrics' and 'tracing', and others are given in code"
        case .noDiscovery:
            "registry.protocol is etcd: give Cluster an EtcdDiscovery, or name the servers with protocol: direct"
        }
    }
}
