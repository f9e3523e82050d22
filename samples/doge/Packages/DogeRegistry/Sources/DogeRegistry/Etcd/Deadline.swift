/// What `body` returns, if it does so within `duration`.
///
/// - Throws: `EtcdError.timedOut` when it does not; `body` is cancelled then, and has to heed it.
func within<Value: Sendable>(
    _ duration: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: duration)
            throw EtcdError.timedOut
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw EtcdError.timedOut }
        return first
    }
}

extension Duration {
    /// The whole nanoseconds.
    var inNanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
