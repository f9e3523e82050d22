internal import DogeConfiguration
public import Logging

/// Keeps an entry in etcd for as long as it runs.
///
/// The entry lives by a lease, which is renewed three times in its life. Whatever happens to etcd, a restart with or
/// without its data, or to the entry, it is put again: at once when its deletion is seen, else at the next renewal.
///
/// Of two that keep the same entry the later one has it: its lease is the one that counts, and the earlier one's end does
/// not take it away.
public struct EtcdRegistrar: Sendable {
    private let client: EtcdClient
    private let registration: Registration
    private let logger: Logger

    // It is waited for: the arbiter keeps the workers accepting as long as this takes.
    private static let farewellTime = Duration.milliseconds(800)

    /// Keeps `registration` in the cluster that `client` talks to.
    public init(_ registration: Registration, in client: EtcdClient, logger: Logger) {
        self.client = client
        self.registration = registration
        self.logger = logger
    }

    /// Enters the server, and takes it out again when the task is cancelled.
    ///
    /// - Parameter whenTried: Called when the entry was put for the first time, or could not be put.
    public func run(whenTried: () -> Void) async {
        var keeping = Keeping()
        var hasTried = false
        while !Task.isCancelled {
            do {
                try await renew(&keeping)
                if !hasTried { whenTried() }
                hasTried = true
                try await waitForLoss(of: keeping)
            } catch {
                if Task.isCancelled { break }
                if !hasTried { whenTried() }
                hasTried = true
                await recover(from: error, &keeping)
            }
        }
        if let lease = keeping.lease { await leave(lease) }
    }

    private struct Keeping {
        var lease: EtcdLease?
        var revision: Int64 = 0
        var backoff = Backoff()
        var trouble: Trouble?
    }

    /// What has been complained of already.
    private enum Trouble {
        case leaseLost
        case away
    }

    private func renew(_ keeping: inout Keeping) async throws {
        let lease: EtcdLease
        if let known = keeping.lease {
            try await client.keepAlive(known.id)
            lease = known
        } else {
            lease = try await client.grant(ttl: registration.ttl)
            keeping.lease = lease
            try await put(lease)
        }
        var listing = try await client.get(registration.key)
        if listing.entries.isEmpty {
            try await put(lease)
            listing = try await client.get(registration.key)
        }
        keeping.revision = listing.revision
        keeping.backoff.reset()
        if keeping.trouble == .away { logger.info("etcd answers again") }
        keeping.trouble = nil
    }

    private func put(_ lease: EtcdLease) async throws {
        try await client.put(registration.key, registration.value, lease: lease.id)
        logger.info("registered", metadata: ["key": "\(registration.key)", "address": "\(registration.value)"])
    }

    /// Returns when it is time to renew the lease, or the entry has been deleted.
    private func waitForLoss(of keeping: Keeping) async throws {
        let began = ContinuousClock.now
        let interval = registration.ttl / 3
        let changes = client.changes(of: .one(registration.key), since: keeping.revision, for: interval)
        do {
            for try await batch in changes where batch.last == .deleted(key: registration.key) { return }
        } catch EtcdError.timedOut {
            return
        } catch {
            if Task.isCancelled { throw error }
        }
        // The watch has ended early, which is no reason to do anything early.
        try await Task.sleep(for: max(.zero, interval - began.duration(to: .now)))
    }

    private func recover(from error: any Error, _ keeping: inout Keeping) async {
        let isLost = error as? EtcdError == .leaseLost
        if isLost { keeping.lease = nil }
        if keeping.trouble == nil {
            let what: Logger.Message = isLost ? "the lease is lost, registering anew" : "etcd is away, trying on"
            logger.warning(what, metadata: ["key": "\(registration.key)", "error": "\(error)"])
            keeping.trouble = isLost ? .leaseLost : .away
        }
        try? await Task.sleep(for: keeping.backoff.next())
    }

    // In a task of its own, as this one is cancelled.
    private func leave(_ lease: EtcdLease) async {
        let task = Task { try await within(Self.farewellTime) { try await client.revoke(lease.id) } }
        switch await task.result {
        case .success: logger.info("deregistered", metadata: ["key": "\(registration.key)"])
        case .failure(let error):
            let fields: Logger.Metadata = [
                "key": "\(registration.key)", "expires_within": "\(lease.ttl)", "error": "\(error)",
            ]
            logger.warning("could not deregister", metadata: fields)
        }
    }
}
