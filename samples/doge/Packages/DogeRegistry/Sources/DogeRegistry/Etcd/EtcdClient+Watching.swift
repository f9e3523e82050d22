/// A change in etcd.
public enum EtcdChange: Sendable, Equatable {
    /// A key has this value now.
    case put(key: String, value: String)
    /// A key is gone, deleted or with its lease.
    case deleted(key: String)
}

/// What is watched.
enum WatchedKeys: Sendable {
    case one(String)
    /// All that begin with this, which ends with a slash.
    case below(String)
}

extension EtcdClient {
    /// The changes of `keys` since `revision`, for as long as `duration`.
    ///
    /// It ends when etcd ends it, throws `EtcdError.timedOut` when its time is over, and `EtcdError.compacted` when
    /// changes since then are not kept any more. Nothing is watched after the last iterator has gone.
    func changes(
        of keys: WatchedKeys, since revision: Int64, for duration: Duration
    ) -> AsyncThrowingStream<[EtcdChange], any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: [EtcdChange].self)
        let task = Task {
            do {
                try await within(duration) {
                    try await self.watch(keys, since: revision) { _ = continuation.yield($0) }
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    private func watch(
        _ keys: WatchedKeys, since revision: Int64, _ body: ([EtcdChange]) -> Void
    ) async throws {
        let create: WatchRequest.Create =
            switch keys {
            case .one(let key): .init(key: Base64Text(key), start_revision: LongText(revision + 1))
            case .below(let prefix):
                .init(
                    key: Base64Text(prefix), range_end: Self.end(of: prefix), start_revision: LongText(revision + 1))
            }
        try await follow("/v3/watch", WatchRequest(create_request: create)) { (reply: WatchReply) in
            if reply.compact_revision != nil { throw EtcdError.compacted }
            if reply.canceled == true { throw EtcdError.nonsense(reply.cancel_reason ?? "the watch was cancelled") }
            let changes = (reply.events ?? []).map { event in
                event.type == "DELETE"
                    ? EtcdChange.deleted(key: event.kv.key.text)
                    : .put(key: event.kv.key.text, value: event.kv.value?.text ?? "")
            }
            if !changes.isEmpty { body(changes) }
        }
    }
}
