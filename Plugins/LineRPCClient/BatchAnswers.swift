internal import DroverLineRPCMessages
internal import DroverSystem

/// The answers to a batch, which come together or not at all.
final class BatchAnswers: @unchecked Sendable {
    private let lock = Lock()
    private var answers: [Result<RawJSON, RPCError>?]
    private var missing: Int
    private var failure: (any Error)?

    init(count: Int) {
        answers = Array(repeating: nil, count: count)
        missing = count
    }

    var all: [Result<RawJSON, RPCError>] { lock.withLock { answers.compactMap { $0 } } }

    /// Keeps an answer; the last one lets the caller go on.
    func store(_ answer: ClientLink.Answer, at place: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        let isLast = lock.withLock {
            switch answer {
            case .success(let value): answers[place] = .success(value)
            case .failure(let error as RPCError): answers[place] = .failure(error)
            case .failure(let error): failure = error
            }
            missing -= 1
            return missing == 0
        }
        guard isLast else { return }
        if let failure { continuation.resume(throwing: failure) } else { continuation.resume() }
    }
}
