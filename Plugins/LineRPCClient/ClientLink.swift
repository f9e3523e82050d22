internal import DroverCore
internal import DroverLineRPCMessages
internal import DroverSystem

/// What a client expects from its server, and what it has to say to it.
///
/// Callers leave messages here and wait; the task of ``ClientSession`` sends them and brings the answers.
final class ClientLink: Sendable {
    /// What becomes of a call.
    typealias Answer = Result<RawJSON, any Error>

    private struct Expected {
        /// Monotonic ms; nil for a call that was not taken to be sent yet.
        var deadline: Int64?
        let resume: @Sendable (Answer) -> Void
    }

    private enum Phase {
        case open
        case draining
        case closed(RPCClientError)
    }

    private struct State {
        var phase = Phase.open
        var outgoing: [UInt8] = []
        var expected: [Int: Expected] = [:]
        /// The calls whose time has not begun.
        var undated: [Int] = []
        var nextID = 1

        /// Whether the server drains and owes nothing any more.
        var isDone: Bool {
            if case .draining = phase { expected.isEmpty } else { false }
        }
    }

    let framing: RPCFraming
    private let patience: Int64
    private let report: @Sendable (RPCNotification?) -> Void
    /// The stream that the session waits for.
    private let stream: StreamHandle
    private let state = Locked(State())

    init(
        _ stream: StreamHandle, framing: RPCFraming, timeout: Int64,
        report: @escaping @Sendable (RPCNotification?) -> Void
    ) {
        self.stream = stream
        self.framing = framing
        patience = timeout
        self.report = report
    }

    // MARK: Asking

    func call(_ method: String, _ params: [UInt8]) async throws -> RawJSON {
        let id = takeIDs(1)
        var writer = MessageWriter()
        writer.request(method, params: params, id: id)
        let message = writer.bytes
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                post(message, expecting: [id]) { _ in { continuation.resume(with: $0) } }
                if Task.isCancelled { settle(id, .failure(CancellationError())) }
            }
        } onCancel: {
            settle(id, .failure(CancellationError()))
        }
    }

    func notify(_ method: String, _ params: [UInt8]) throws {
        var writer = MessageWriter()
        writer.request(method, params: params, id: nil)
        if let refusal = post(writer.bytes, expecting: [], { _ in { _ in } }) { throw refusal }
    }

    func send(_ batch: RPCBatch) async throws -> [Result<RawJSON, RPCError>] {
        let ids = takeIDs(batch.callCount)
        let results = BatchAnswers(count: batch.callCount)
        var writer = MessageWriter()
        var number = 0
        for part in batch.parts {
            writer.bytes.append(UInt8(ascii: writer.bytes.isEmpty ? "[" : ","))
            writer.request(part.method, params: part.params, id: part.isCall ? ids + number : nil)
            number += part.isCall ? 1 : 0
        }
        writer.bytes.append(UInt8(ascii: "]"))
        let message = writer.bytes
        let range = Array(ids..<ids + number)
        guard number > 0 else {
            if let refusal = post(message, expecting: [], { _ in { _ in } }) { throw refusal }
            return []
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                post(message, expecting: range) { place in
                    { results.store($0, at: place, continuation) }
                }
                if Task.isCancelled { for id in range { settle(id, .failure(CancellationError())) } }
            }
        } onCancel: {
            for id in range { settle(id, .failure(CancellationError())) }
        }
        return results.all
    }

    private func takeIDs(_ count: Int) -> Int {
        state.withLock { state in
            defer { state.nextID += count }
            return state.nextID
        }
    }

    /// Leaves a message whose calls have the ids `ids`; their callers hear of a refusal too.
    @discardableResult
    private func post(
        _ message: [UInt8], expecting ids: [Int], _ resume: (Int) -> @Sendable (Answer) -> Void
    ) -> RPCClientError? {
        let refusal: RPCClientError? = state.withLock { state in
            switch state.phase {
            case .closed(let error): return error
            case .draining: return .draining
            case .open: break
            }
            for (place, id) in ids.enumerated() {
                state.expected[id] = Expected(deadline: patience == 0 ? .max : nil, resume: resume(place))
                state.undated.append(id)
            }
            state.outgoing += framing.framed(message)
            return nil
        }
        if let refusal {
            for place in ids.indices { resume(place)(.failure(refusal)) }
        } else {
            stream.nudge()
        }
        return refusal
    }

    // MARK: Answers

    /// Ends the waiting for a call, if its caller still waits.
    func settle(_ id: Int, _ answer: Answer) {
        let (waiting, isDone) = state.withLock { ($0.expected.removeValue(forKey: id), $0.isDone) }
        waiting?.resume(answer)
        if isDone { close(.draining) }
    }

    /// Ends the waiting for all calls: it shows nowhere whose answer it is.
    func settleAll(_ answer: Answer) {
        let waiting = state.withLock { state in
            defer { state.expected = [:] }
            return state.expected
        }
        for each in waiting.values { each.resume(answer) }
    }

    /// Passes on what the server says without having been asked.
    func hear(_ note: RPCNotification) {
        report(note)
        guard note.method == "rpc.draining" else { return }
        let isDone = state.withLock { state in
            if case .open = state.phase { state.phase = .draining }
            return state.isDone
        }
        if isDone { close(.draining) }
    }

    // MARK: The session's side

    /// What is to be sent, once, and from `now` on (monotonic ms) the calls in it wait; nil when the link is closed.
    func takeOutgoing(now: Int64) -> [UInt8]? {
        state.withLock { state in
            if case .closed = state.phase { return nil }
            for id in state.undated where patience > 0 { state.expected[id]?.deadline = now + patience }
            state.undated = []
            defer { state.outgoing = [] }
            return state.outgoing
        }
    }

    /// What had been left and not taken when the link was closed.
    func takeRest() -> [UInt8] {
        state.withLock { state in
            defer { state.outgoing = [] }
            return state.outgoing
        }
    }

    /// When the next call has waited for long enough, in monotonic ms; `Int64.max` for never.
    var nextDeadline: Int64 {
        state.withLock { $0.expected.values.reduce(Int64.max) { min($0, $1.deadline ?? .max) } }
    }

    /// Ends the waiting for calls that have waited for long enough.
    func expire(now: Int64) {
        let late = state.withLock { $0.expected.filter { $0.value.deadline ?? .max <= now }.map(\.key) }
        for id in late { settle(id, .failure(RPCClientError.timedOut(milliseconds: patience))) }
    }

    /// Whether answers are still of use.
    var isServed: Bool {
        state.withLock { if case .closed = $0.phase { false } else { true } }
    }

    /// Whether calls can be made.
    var isOpen: Bool {
        state.withLock { if case .open = $0.phase { true } else { false } }
    }

    /// Ends the link; the session then closes the stream.
    func close(_ reason: RPCClientError) {
        let isFirst = state.withLock { state in
            if case .closed = state.phase { return false }
            state.phase = .closed(reason)
            return true
        }
        guard isFirst else { return }
        settleAll(.failure(reason))
        report(nil)
        stream.nudge()
    }
}
