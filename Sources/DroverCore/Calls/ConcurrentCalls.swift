/// Calls of one connection that run in tasks of their own until they leave their outcomes for the connection's protocol.
///
/// The protocol alone uses it: it starts calls, hears of a nudge when some have ended, and takes them. A call whose time is
/// over is cancelled and handed back once, to be answered; it counts as long as its task runs.
public final class ConcurrentCalls<Tag, Outcome: Sendable> {
    /// A call that has ended.
    public struct Ended {
        /// What it was started with.
        public let tag: Tag
        /// What came of it.
        public let outcome: Outcome
        /// Whether `expire` has handed it back already.
        public let isLate: Bool
    }

    /// A call whose time is over.
    public struct Expired {
        /// What it was started with.
        public let tag: Tag
        /// How long it has had, in milliseconds.
        public let patience: Int64
    }

    private struct Running {
        let tag: Tag
        let request: OpenRequest
        let task: Task<Void, Never>
        let deadline: Int64
        let patience: Int64
        var isLate = false
    }

    // The connection's protocol keeps this value, in the connection most often: holding it here would be a circle.
    private unowned let connection: Connection
    private let tray: OutcomeTray<Outcome>
    private var running: [Int: Running] = [:]
    private var lastNumber = 0
    private var hasDeadlines = false

    /// No calls, of `connection`.
    public init(_ connection: Connection) {
        self.connection = connection
        tray = OutcomeTray(connection.handle)
    }

    /// How many calls run.
    public var count: Int { running.count }
    /// Whether none does.
    public var isEmpty: Bool { running.isEmpty }

    /// Starts a call.
    ///
    /// - Parameters:
    ///   - tag: What to know it by when it has ended.
    ///   - request: Its place among the worker's requests, which is closed when it has ended.
    ///   - patience: How many milliseconds it may take, if `request_timeout` does not end it before.
    ///   - work: What it does; it must not touch the connection.
    public func start(
        _ tag: Tag, _ request: OpenRequest, patience: Int64? = nil, _ work: @escaping @Sendable () async -> Outcome
    ) {
        lastNumber &+= 1
        let number = lastNumber
        let now = connection.monotonicClock
        let deadline = min(request.deadline, patience.map { now + $0 } ?? .max)
        if deadline < .max { hasDeadlines = true }
        let task = connection.startBeside { [tray] in tray.put(number, await work()) }
        running[number] = Running(
            tag: tag, request: request, task: task, deadline: deadline, patience: deadline &- now)
    }

    /// The calls that have ended since the last time, in the order of their ends; their requests are closed.
    public func takeEnded() -> [Ended] {
        if running.isEmpty { return [] }
        return tray.take().compactMap { number, outcome in
            guard let call = running.removeValue(forKey: number) else { return nil }
            connection.closeRequest(call.request)
            return Ended(tag: call.tag, outcome: outcome, isLate: call.isLate)
        }
    }

    /// When the next call's time is over, in monotonic milliseconds; `Int64.max` for never.
    public var nextDeadline: Int64 {
        guard hasDeadlines else { return .max }
        if running.isEmpty { hasDeadlines = false }
        return running.values.reduce(.max) { $1.isLate ? $0 : min($0, $1.deadline) }
    }

    /// Cancels the calls whose time is over.
    ///
    /// - Returns: Those calls, each of them once.
    public func expire() -> [Expired] {
        guard hasDeadlines else { return [] }
        let now = connection.monotonicClock
        return cancel { $0.deadline <= now }
    }

    /// Cancels all calls, as nothing will be done with their outcomes; they count until they have ended.
    ///
    /// - Returns: Those that `expire` has not handed back before.
    @discardableResult
    public func cancelAll() -> [Expired] {
        cancel { _ in true }
    }

    private func cancel(_ isMeant: (Running) -> Bool) -> [Expired] {
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
    public func abandon() async -> [Expired] {
        let left = cancelAll()
        for call in running.values {
            await call.task.value
            connection.closeRequest(call.request)
        }
        running = [:]
        return left
    }
}
