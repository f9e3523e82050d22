// Keys and values, and the leases that they live by.

/// An entry of etcd.
public struct EtcdEntry: Sendable, Equatable {
    /// The key.
    public let key: String
    /// The value.
    public let value: String
    /// The lease that it lives by; 0 for one that lives for ever.
    public let lease: Int64
}

/// A lease of etcd: when it ends, so do the keys that were put with it.
public struct EtcdLease: Sendable, Equatable {
    /// The number of the lease.
    public let id: Int64
    /// How long the lease lives without a sign of life.
    ///
    /// A restart of etcd, or a new leader, gives it all of that once more.
    public let ttl: Duration
}

/// Entries, and as of when.
public struct EtcdListing: Sendable, Equatable {
    /// The entries, by key.
    public let entries: [EtcdEntry]
    /// The state of etcd that they belong to.
    public let revision: Int64
}

extension EtcdClient {
    /// Grants a lease of `ttl`, in whole seconds.
    ///
    /// - Returns: The lease, which is longer when `ttl` is less than etcd's least: one and a half election timeouts,
    ///   with etcd's defaults 2 s.
    public func grant(ttl: Duration) async throws -> EtcdLease {
        let seconds = max(1, ttl.components.seconds)
        let reply = try await ask("/v3/lease/grant", LeaseRequest(TTL: LongText(seconds)), LeaseReply.self)
        guard let id = reply.ID?.value else { throw EtcdError.nonsense("a lease without an id") }
        return EtcdLease(id: id, ttl: .seconds(reply.TTL?.value ?? seconds))
    }

    /// Lets a lease live for another time to live.
    ///
    /// - Throws: `EtcdError.leaseLost` when etcd does not know it any more.
    public func keepAlive(_ lease: Int64) async throws {
        let question = LeaseRequest(ID: LongText(lease))
        let reply = try await ask("/v3/lease/keepalive", question, Streamed<LeaseReply>.self)
        if reply.error?.code == GatewayFailure.notFound { throw EtcdError.leaseLost }
        guard let result = reply.result else { throw EtcdError.nonsense(reply.error?.message ?? "no result") }
        guard result.TTL?.value ?? 0 > 0 else { throw EtcdError.leaseLost }
    }

    /// Ends a lease, and with it the keys that live by it.
    public func revoke(_ lease: Int64) async throws {
        _ = try await ask("/v3/lease/revoke", LeaseRequest(ID: LongText(lease)), NoAnswer.self)
    }

    /// Puts `value` at `key`, which lives by `lease` from now on, whatever it lived by before.
    public func put(_ key: String, _ value: String, lease: Int64) async throws {
        let question = PutRequest(key: Base64Text(key), value: Base64Text(value), lease: LongText(lease))
        _ = try await ask("/v3/kv/put", question, NoAnswer.self)
    }

    /// The entry of `key`, if there is one.
    public func get(_ key: String) async throws -> EtcdListing {
        try await listing(RangeRequest(key: Base64Text(key)))
    }

    /// All entries whose keys begin with `prefix`.
    public func list(_ prefix: String) async throws -> EtcdListing {
        try await listing(RangeRequest(key: Base64Text(prefix), range_end: Self.end(of: prefix)))
    }

    private func listing(_ question: RangeRequest) async throws -> EtcdListing {
        let reply = try await ask("/v3/kv/range", question, RangeReply.self)
        let entries = (reply.kvs ?? []).map {
            EtcdEntry(key: $0.key.text, value: $0.value?.text ?? "", lease: $0.lease?.value ?? 0)
        }
        return EtcdListing(entries: entries, revision: reply.header.revision?.value ?? 0)
    }

    /// The first key after all those that begin with `prefix`, which ends in a byte of ASCII.
    static func end(of prefix: String) -> Base64Text {
        var bytes = Array(prefix.utf8)
        precondition(bytes.last.map { $0 < 0x7F } == true, "a prefix ends with a slash")
        bytes[bytes.count - 1] += 1
        return Base64Text(String(decoding: bytes, as: UTF8.self))
    }
}
