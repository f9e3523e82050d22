public import DogeConfiguration
public import DogeDiscovery
public import Logging

/// Finds the servers that have entered themselves in etcd, and hears at once of those that come and go.
///
/// While etcd is away the last known set stays. Equal sets are handed over once.
public struct EtcdDiscovery: Discovery {
    private let client: EtcdClient
    private let logger: Logger
    private let grace: Duration

    // Even if nothing seems to happen: a connection can die without a word.
    private static let longestWatch = Duration.seconds(30)

    /// Finds servers in the cluster with these members.
    ///
    /// - Parameters:
    ///   - endpoints: The members of the cluster.
    ///   - grace: How long servers stay that are missing when etcd comes back.
    ///   - logger: What hears of etcd's absence.
    public init(_ endpoints: [HostPort], grace: Duration = .seconds(15), logger: Logger) {
        client = EtcdClient(endpoints)
        self.grace = grace
        self.logger = logger
    }

    /// The servers of `service`: all at once, and all again after each change.
    public func watch(service: String) -> AsyncStream<[Endpoint]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [Endpoint].self, bufferingPolicy: .bufferingNewest(1))
        let task = Task { await follow(service, continuation) }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    private func follow(_ service: String, _ continuation: AsyncStream<[Endpoint]>.Continuation) async {
        let prefix = RegistryKey.prefix(of: service)
        var publisher = Publisher(members: ServiceMembers(prefix: prefix, grace: grace), continuation)
        var backoff = Backoff()
        var wasInterrupted = false
        while !Task.isCancelled {
            do {
                let listing = try await client.list(prefix)
                if wasInterrupted { logger.info("etcd answers again", metadata: ["service": "\(service)"]) }
                publisher.update { $0.replace(with: listing.entries, wasInterrupted: wasInterrupted) }
                wasInterrupted = false
                let began = ContinuousClock.now
                let changes = client.changes(
                    of: .below(prefix), since: listing.revision, for: watchTime(publisher.members))
                for try await batch in changes {
                    publisher.update { members in for change in batch { members.apply(change) } }
                }
                // One that ends at once is no watch.
                if began.duration(to: .now) > .seconds(1) { backoff.reset() }
                try await Task.sleep(for: backoff.next())
            } catch EtcdError.timedOut {
                // The watch has had its time.
                backoff.reset()
            } catch EtcdError.compacted {
                try? await Task.sleep(for: backoff.next())
            } catch {
                if Task.isCancelled { return }
                if !wasInterrupted {
                    logger.warning(
                        "etcd is away, the last known servers stay",
                        metadata: ["service": "\(service)", "error": "\(error)"])
                }
                wasInterrupted = true
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    private func watchTime(_ members: ServiceMembers) -> Duration {
        let missing = members.missingUntil.map { ContinuousClock.now.duration(to: $0) }
        return min(Self.longestWatch, max(missing ?? Self.longestWatch, .milliseconds(10)))
    }
}

/// Hands over sets of servers that differ from the last one.
private struct Publisher {
    private(set) var members: ServiceMembers
    private let continuation: AsyncStream<[Endpoint]>.Continuation
    private var last: [Endpoint]?

    init(members: ServiceMembers, _ continuation: AsyncStream<[Endpoint]>.Continuation) {
        self.members = members
        self.continuation = continuation
    }

    mutating func update(_ change: (inout ServiceMembers) -> Void) {
        change(&members)
        let endpoints = members.endpoints
        if endpoints == last { return }
        last = endpoints
        continuation.yield(endpoints)
    }
}
