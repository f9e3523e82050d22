internal import DroverSystem

/// Calls of one connection that run in tasks of their own until they leave their outcomes for the connection's task.
///
/// The connection's task alone uses it: it starts calls, waits in `listen`, and takes what has ended when it is nudged.
/// A call whose time is over is cancelled and handed back once, to be answered; it counts as long as its task runs.
public final class CallsBeside<Tag, Outcome: Sendable> {
    /// A call that has ended.
    public struct Ended {
        /// What it was started with.
        public let tag: Tag
        /// What came of it.
        public let outcome: Outcome
        /// Whether `expire` has handed it back already.
        public let isLate: Bool
    }

    private struct Running {
        let tag: Tag
        let request: OpenRequest
        let task: Task<Void, Never>
        let deadline: Int64
        let patience: Int64
        var isLate = false
    }

    private let connection: Connection
    private let tray: OutcomeTray<Outcome>
    private var running: [Int: Running] = [:]
    private var lastNumber = 0
    private var hasDeadlines = false

    /// No calls, of `connection`.
    public init(_ connection: Connection) {
        self.connection = connection
        tray = OutcomeTray(connection)
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

    /// The calls that have ended since the last time; their requests are closed.
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
    /// - Returns: What they were started with, and how many milliseconds they have had.
    public func expire() -> [(tag: Tag, patience: Int64)] {
        let now = connection.monotonicClock
        var expired: [(tag: Tag, patience: Int64)] = []
        for (number, call) in running where !call.isLate && call.deadline <= now {
            running[number]?.isLate = true
            call.task.cancel()
            expired.append((call.tag, call.patience))
        }
        return expired
    }

    /// Cancels all calls and waits for their end.
    ///
    /// To be called before the connection's task ends, whatever the reason.
    ///
    /// - Returns: What those were started with that `expire` has not handed back.
    public func abandon() async -> [Tag] {
        tray.close()
        for call in running.values { call.task.cancel() }
        let left = running.values.map { $0 }
        for call in left {
            await call.task.value
            connection.closeRequest(call.request)
        }
        running = [:]
        return left.filter { !$0.isLate }.map(\.tag)
    }
}

/// Where tasks leave the outcomes of calls for a connection's task.
private final class OutcomeTray<Outcome: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    // Nil once it has ended.
    private var connection: Connection?
    private var outcomes: [(Int, Outcome)] = []

    init(_ connection: Connection) {
        self.connection = connection
    }

    func put(_ number: Int, _ outcome: Outcome) {
        // Under the lock, so that nobody nudges a connection that has ended. Whoever finds outcomes was nudged before.
        lock.withLock {
            outcomes.append((number, outcome))
            if outcomes.count == 1 { connection?.nudge() }
        }
    }

    func take() -> [(Int, Outcome)] {
        lock.withLock {
            if outcomes.isEmpty { return [] }
            let taken = outcomes
            outcomes = []
            return taken
        }
    }

    func close() {
        lock.withLock { connection = nil }
    }
}
