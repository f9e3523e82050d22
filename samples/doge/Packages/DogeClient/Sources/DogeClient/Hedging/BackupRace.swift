internal import NIOConcurrencyHelpers
internal import NIOCore

/// Sends a call a second time when its reply takes longer than most do, and takes whichever reply comes first.
///
/// Both sendings share one deadline. What fails while the other is on its way is not the end of the call.
struct BackupRace: Sendable {
    private enum Outcome: Sendable {
        case reply(Caller.Answer)
        case failed(any Error, isBackup: Bool)
        case noBackup
    }

    let caller: Caller
    let history: CallHistory

    /// - Throws: `DogeClientError`, `CancellationError`.
    func call(_ call: EncodedCall, _ policy: MethodSettings) async throws -> Caller.Answer {
        let start = NIODeadline.now()
        let deadline = start + TimeAmount(policy.requestTimeout)
        let answer: Caller.Answer
        if let delay = history.begin(call.method, policy), start + delay < deadline {
            answer = try await race(call, policy, until: deadline, delay)
        } else {
            answer = try await caller.call(call, policy, until: deadline)
        }
        history.end(call.method, after: .now() - start)
        return answer
    }

    private func race(
        _ call: EncodedCall, _ policy: MethodSettings, until deadline: NIODeadline,
        _ delay: TimeAmount
    ) async throws -> Caller.Answer {
        let route = NIOLockedValueBox(Route())
        let hasBackup = NIOLockedValueBox(false)
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                await Self.outcome(isBackup: false) {
                    try await caller.call(call, policy, until: deadline) { latest in
                        route.withLockedValue { $0 = latest }
                    }
                }
            }
            group.addTask {
                try? await Task.sleep(for: .nanoseconds(delay.nanoseconds))
                guard !Task.isCancelled, history.takeBackup(call.method) else { return .noBackup }
                hasBackup.withLockedValue { $0 = true }
                return await Self.outcome(isBackup: true) {
                    let first = route.withLockedValue { $0 }
                    return try await caller.call(call, policy, until: deadline, avoiding: first)
                }
            }
            var failure: (any Error)?
            for try await outcome in group {
                switch outcome {
                case .reply(let answer): return answer
                case .noBackup: continue
                case .failed(let error, let isBackup):
                    // The first sending's error says more than that of its substitute.
                    if failure == nil || !isBackup { failure = error }
                    if !isBackup, !hasBackup.withLockedValue({ $0 }) { throw error }
                }
            }
            throw failure ?? CancellationError()
        }
    }

    private static func outcome(
        isBackup: Bool, _ body: () async throws -> Caller.Answer
    ) async -> Outcome {
        do {
            return .reply(try await body())
        } catch {
            return .failed(error, isBackup: isBackup)
        }
    }
}
