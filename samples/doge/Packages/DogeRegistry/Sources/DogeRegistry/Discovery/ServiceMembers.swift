internal import DogeConfiguration
internal import DogeDiscovery

/// Which servers a service has, as far as etcd has told.
///
/// An etcd that comes back after it was away may have lost what the servers have told it, and they need a moment to say
/// it again. So servers that are missing then stay for a while: calling one that is really gone costs an attempt, and
/// calling none costs all calls.
struct ServiceMembers {
    private let prefix: String
    /// How long a server that is missing after an interruption stays.
    private let grace: Duration
    private var listed: [String: Endpoint] = [:]
    private var missing: [String: Endpoint] = [:]
    /// When those that are missing stop counting.
    private(set) var missingUntil: ContinuousClock.Instant?

    init(prefix: String, grace: Duration) {
        self.prefix = prefix
        self.grace = grace
    }

    /// The servers, by name.
    var endpoints: [Endpoint] {
        listed.merging(missing) { known, _ in known }.values.sorted { $0.node < $1.node }
    }

    /// Takes in a whole list.
    ///
    /// - Parameters:
    ///   - entries: Everything below the prefix.
    ///   - wasInterrupted: Whether etcd was away before.
    ///   - now: The time.
    mutating func replace(
        with entries: [EtcdEntry], wasInterrupted: Bool, now: ContinuousClock.Instant = .now
    ) {
        let before = listed
        listed = [:]
        for entry in entries { put(entry.key, entry.value) }
        if wasInterrupted {
            let lost = before.filter { listed[$0.key] == nil }
            missing.merge(lost) { known, _ in known }
            if !lost.isEmpty { missingUntil = now + grace }
        }
        missing = missing.filter { listed[$0.key] == nil }
        if missing.isEmpty || now >= missingUntil ?? now {
            missing = [:]
            missingUntil = nil
        }
    }

    /// Takes in a change.
    mutating func apply(_ change: EtcdChange) {
        switch change {
        case .put(let key, let value): put(key, value)
        case .deleted(let key):
            listed[key] = nil
            missing[key] = nil
        }
    }

    private mutating func put(_ key: String, _ value: String) {
        let node = key.dropFirst(prefix.count)
        // What is not an entry of ours is none of our business.
        guard key.hasPrefix(prefix), !node.isEmpty, !node.contains("/"), let address = HostPort(value) else { return }
        listed[key] = Endpoint(node: String(node), host: address.host, port: address.port)
        missing[key] = nil
    }
}
