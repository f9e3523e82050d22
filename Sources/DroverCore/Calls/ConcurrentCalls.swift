/// Calls of one connection that run in tasks of their own until they leave their outcomes for the connection's protocol.
///
/// The protocol keeps this value and alone uses it: it starts calls, hears of a nudge when some have ended, and takes them.
/// A call whose time is over is cancelled and handed back once, to be answered; it counts as long as its task runs.
///
/// It is compiled with the protocol, as what a call costs here depends on knowing both types.
public struct ConcurrentCalls<Tag, Value: Sendable>: ~Copyable {
    /// A call that has ended.
    public struct Ended {
        /// What it was started with.
        public let tag: Tag
        /// What came of it.
        public let outcome: Result<Value, any Error>
        /// Whether `expire` has handed it back already.
        public let isLate: Bool

        @usableFromInline
        init(tag: Tag, outcome: Result<Value, any Error>, isLate: Bool) {
            self.tag = tag
            self.outcome = outcome
            self.isLate = isLate
        }
    }

    /// A call whose time is over.
    public struct Expired {
        /// What it was started with.
        public let tag: Tag
        /// How long it has had, in milliseconds.
        public let patience: Int64

        @usableFromInline
        init(tag: Tag, patience: Int64) {
            self.tag = tag
            self.patience = patience
        }
    }

    @usableFromInline
    struct Running {
        @usableFromInline let tag: Tag
        @usableFromInline let request: OpenRequest
        @usableFromInline let task: Task<Void, Never>
        @usableFromInline let deadline: Int64
        @usableFromInline let patience: Int64
        @usableFromInline var isLate = false

        @usableFromInline
        init(tag: Tag, request: OpenRequest, task: Task<Void, Never>, deadline: Int64, patience: Int64) {
            self.tag = tag
            self.request = request
            self.task = task
            self.deadline = deadline
            self.patience = patience
        }
    }

    // The connection's protocol keeps this value, in the connection most often: holding it here would be a circle.
    @usableFromInline unowned let connection: Connection
    // Made for the first call: a connection whose calls are all short needs none.
    @usableFromInline var tray: OutcomeTray<Value>?
    @usableFromInline var running: [Int: Running] = [:]
    @usableFromInline var lastNumber = 0
    @usableFromInline var hasDeadlines = false

    /// No calls, of `connection`.
    @inlinable
    public init(_ connection: Connection) {
        self.connection = connection
    }

    /// How many calls run.
    @inlinable
    public var count: Int { running.count }

    /// Whether none does.
    @inlinable
    public var isEmpty: Bool { running.isEmpty }

    /// Starts a call.
    ///
    /// - Parameters:
    ///   - tag: What to know it by when it has ended.
    ///   - request: Its place among the worker's requests, which is closed when it has ended.
    ///   - patience: How many milliseconds it may take, if `request_timeout` does not end it before.
    ///   - work: What it does; it must not touch the connection.
    @inlinable
    public mutating func start(
        _ tag: Tag, _ request: OpenRequest, patience: Int64? = nil,
        _ work: @escaping @Sendable () async throws -> Value
    ) {
        let tray = tray ?? OutcomeTray(connection.handle)
        self.tray = tray
        lastNumber &+= 1
        let number = lastNumber
        let now = connection.monotonicClock
        let deadline = min(request.deadline, patience.map { now + $0 } ?? .max)
        hasDeadlines = deadline < .max || hasDeadlines && !isEmpty
        let task = connection.startBeside {
            do { tray.put(number, .success(try await work())) } catch { tray.put(number, .failure(error)) }
        }
        running[number] = Running(
            tag: tag, request: request, task: task, deadline: deadline, patience: deadline &- now)
    }

    /// The calls that have ended since the last time, in the order of their ends; their requests are closed.
    @inlinable
    public mutating func takeEnded() -> [Ended] {
        guard let tray, !running.isEmpty else { return [] }
        let outcomes = tray.take()
        var ended: [Ended] = []
        ended.reserveCapacity(outcomes.count)
        for (number, outcome) in outcomes {
            guard let call = running.removeValue(forKey: number) else { continue }
            connection.closeRequest(call.request)
            ended.append(Ended(tag: call.tag, outcome: outcome, isLate: call.isLate))
        }
        return ended
    }

    /// When the next call's time is over, in monotonic milliseconds; `Int64.max` for never.
    @inlinable
    public var nextDeadline: Int64 {
        guard hasDeadlines else { return .max }
        return running.values.reduce(.max) { $1.isLate ? $0 : min($0, $1.deadline) }
    }

    /// Cancels the calls whose time is over.
    ///
    /// - Returns: Those calls, each of them once.
    @inlinable
    public mutating func expire() -> [Expired] {
        guard hasDeadlines else { return [] }
        let now = connection.monotonicClock
        return cancel { $0.deadline <= now }
    }

    /// Cancels all calls, as nothing will be done with their outcomes; they count until they have ended.
    ///
    /// - Returns: Those that `expire` has not handed back before.
    @inlinable
    @discardableResult
    public mutating func cancelAll() -> [Expired] {
        cancel { _ in true }
    }

    @inlinable
    mutating func cancel(_ isMeant: (Running) -> Bool) -> [Expired] {
        var cancelled: [Expired] = []
        for (number, call) in running where !call.isLate && isMeant(call) {
            running[number]?.isLate = true
            call.task.cancel()
            cancelled.append(Expired(tag: call.tag, patience: call.patience))
        }
        return cancelled
    }

    /// Cancels all calls and waits for their end.
    ///
    /// A protocol that serves a connection in one task calls it before that ends, whatever the reason. A protocol of
    /// messages holds the connection until none is left instead.
    ///
    /// - Returns: Those that `expire` has not handed back before.
    @discardableResult
    public mutating func abandon() async -> [Expired] {
        let left = cancelAll()
        for call in running.values {
            await call.task.value
            connection.closeRequest(call.request)
        }
        running = [:]
        return left
    }
}
