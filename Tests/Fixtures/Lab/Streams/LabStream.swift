import Drover
import DroverHTTPMessages
import DroverSystem

/// A stream of the laboratory's protocol, between the task that answers its request and the connection's task.
///
/// It is Sendable because all that changes stands under the lock.
final class LabStream: HTTPStream, @unchecked Sendable {
    private static let firstWindow = 1_000

    private let number: UInt8
    private let nudge: @Sendable () -> Void
    private let lock = Lock()

    // What came, and how it goes on.
    private var pieces: [[UInt8]] = []
    private var bodyEnded = false
    private var isGivenUp = false
    private var expired = false
    private var mistakes = 0
    // What is to be sent, and how much more may be.
    private var frames: [LabFrame] = []
    private var window = LabStream.firstWindow
    // The request's task while it waits, and until when.
    private var waiter: UnsafeContinuation<Void, any Error>?
    private var patience = Int64.max
    private var isCancelled = false

    init(_ number: UInt8, nudge: @escaping @Sendable () -> Void) {
        self.number = number
        self.nudge = nudge
    }

    // MARK: The request's task

    var hasExpired: Bool { lock.withLock { expired } }
    var trailers: HeaderFields { [] }

    func receive(patience: Int64?) async throws -> [UInt8]? {
        let end = patience.map { MonotonicClock.milliseconds() + $0 } ?? .max
        while true {
            let (piece, isOver) = lock.withLock { (pieces.isEmpty ? nil : pieces.removeFirst(), bodyEnded) }
            if let piece { return piece }
            if isOver { return nil }
            if end <= MonotonicClock.milliseconds() { throw ConnectionError.timedOut(.read) }
            try await wait(until: end) { !$0.pieces.isEmpty || $0.bodyEnded }
            if lock.withLock({ isGivenUp }) { throw RequestBodyError.incomplete }
        }
    }

    func sendHints(_ fields: HeaderFields) {
        put(.hints, Self.text(fields))
    }

    func send(_ head: ReplyHead, isLast: Bool) {
        put(.head, "\(head.status.code)\n" + Self.text(head.fields))
        if isLast { put(.end) }
    }

    func send(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = lock.withLock {
                let room = min(window, rest.count, LabFrame.largestPayload)
                window -= room
                return room
            }
            if room > 0 { put(LabFrame(kind: .data, stream: number, payload: Array(rest.prefix(room)))) }
            rest = rest.dropFirst(room)
            if !rest.isEmpty { try await wait(until: .max) { $0.window > 0 } }
            if lock.withLock({ isGivenUp }) { throw ConnectionError.endOfStream }
        }
    }

    func finish(trailers fields: HeaderFields) {
        put(.end, Self.text(fields))
    }

    func breakOff() {
        put(.reset)
    }

    func countError() {
        lock.withLock { mistakes += 1 }
    }

    private func put(_ kind: LabFrame.Kind, _ text: String = "") {
        put(LabFrame(kind: kind, stream: number, payload: Array(text.utf8)))
    }

    private func put(_ frame: LabFrame) {
        lock.withLock { frames.append(frame) }
        nudge()
    }

    private static func text(_ fields: HeaderFields) -> String {
        fields.map { "\($0.name): \($0.value)\n" }.joined()
    }

    private func wait(until end: Int64, unless isReady: (LabStream) -> Bool) async throws {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                lock.acquire()
                if isCancelled {
                    lock.release()
                    continuation.resume(throwing: CancellationError())
                } else if isGivenUp || isReady(self) {
                    lock.release()
                    continuation.resume()
                } else {
                    waiter = continuation
                    patience = end
                    lock.release()
                    // The connection's task has to wake by then.
                    if end < .max { nudge() }
                }
            }
        } onCancel: {
            change { $0.isCancelled = true }
        }
    }

    // MARK: The connection's task

    /// Monotonic milliseconds at which ``look(at:)`` has something to do; `Int64.max` for never.
    var due: Int64 { lock.withLock { waiter == nil ? .max : patience } }

    /// What is to be sent by now, and how many mistakes of the peer's have been found.
    func take() -> (frames: [LabFrame], mistakes: Int) {
        lock.withLock {
            defer { (frames, mistakes) = ([], 0) }
            return (frames, mistakes)
        }
    }

    /// Hands on a piece of the request's body.
    func receive(_ piece: [UInt8]) { change { $0.pieces.append(piece) } }
    /// Says that the request's body has ended.
    func endBody() { change { $0.bodyEnded = true } }
    /// Lets `count` more bytes be sent.
    func widen(by count: Int) { change { $0.window += count } }
    /// Says that the peer wants no reply, or is gone.
    func giveUp() { change { $0.isGivenUp = true } }
    /// Says that the request's time is over.
    func expire() { change { $0.expired = true } }
    /// Wakes the request's task if it has waited long enough.
    func look(at now: Int64) { if due <= now { change { _ in } } }

    private func change(_ body: (LabStream) -> Void) {
        lock.acquire()
        body(self)
        let waiting = waiter
        let isCancelled = isCancelled
        waiter = nil
        lock.release()
        if isCancelled { waiting?.resume(throwing: CancellationError()) } else { waiting?.resume() }
    }
}
