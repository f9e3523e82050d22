internal import DroverLineRPCMessages
internal import DroverSystem

/// The answers to a batch, which come together or not at all.
final class BatchAnswers: Sendable {
    private struct State {
        var answers: [Result<RawJSON, RPCError>?]
        var missing: Int
        var failure: (any Error)?
    }

    private let state: Locked<State>

    init(count: Int) {
        state = Locked(State(answers: Array(repeating: nil, count: count), missing: count))
    }

    /// The answers, in the order of the calls.
    var all: [Result<RawJSON, RPCError>] { state.withLock { $0.answers.compactMap { $0 } } }

    /// Keeps an answer; the last one lets the caller go on.
    func store(_ answer: ClientLink.Answer, at place: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        let outcome: Result<Void, any Error>? = state.withLock { state in
            switch answer {
            case .success(let value): state.answers[place] = .success(value)
            case .failure(let error as RPCError): state.answers[place] = .failure(error)
            case .failure(let error): state.failure = error
            }
            state.missing -= 1
            if state.missing > 0 { return nil }
            return state.failure.map { .failure($0) } ?? .success(())
        }
        if let outcome { continuation.resume(with: outcome) }
    }
}
