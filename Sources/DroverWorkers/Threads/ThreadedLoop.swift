internal import DroverCore
internal import DroverSystem
internal import Logging

/// An event loop whose tasks run on a pool of threads, so that a handler that blocks holds up one thread.
///
/// A connection belongs to its task while that runs, and to the loop while it waits for its socket or has no task. What
/// the loop keeps, the connections' waiters and deadlines included, is used under one lock: by the loop's thread during
/// a turn, by the others when a task begins to wait or ends. What the poller reports meanwhile is held for the task.
final class ThreadedLoop: EventLoop, @unchecked Sendable {
    private let lock = Lock()
    private let threads: ThreadPool
    /// Monotonic ms until which the loop's thread sleeps, if nothing happens; in the past while it is awake.
    @exclusivity(unchecked) private var sleepsUntil = Int64.min
    /// Whether something has changed since the last turn that asks for another one.
    @exclusivity(unchecked) private var wantsTurn = false
    /// Whether one more is let in though all threads are taken.
    @exclusivity(unchecked) private var isOpen = false

    init(
        _ context: WorkerContext, for worker: LoopWorker, threads count: Int, connections limit: Int? = nil,
        lingeringBeside: Int = 0, keepsAlive: Bool = true
    ) throws {
        let report = BusyReport(row: context.row, scoreboard: context.scoreboard) { context.wakeArbiter() }
        threads = ThreadPool(count: count, report: report)
        try super.init(
            context, for: worker, connections: limit, lingeringBeside: lingeringBeside, isShared: true,
            keepsAlive: keepsAlive)
    }

    override func run() throws {
        let duties = ThreadPool.Duties(
            begin: { [self] in
                clock.refresh()
                return clock.milliseconds
            },
            end: { [self] in endJob() },
            wakeLoop: { [self] in wake() })
        try threads.start(name: "worker-\(identity.slot)", duties)
        // SIGABRT then finds one of the threads that serve, and the backtrace shows what it is stuck in.
        WorkerSignals.blockedBesideTheWorker.block()
        try super.run()
    }

    private func endJob() {
        context.accessLog?.flush()
        if keepsServing, recycling.hasServedEnough(ledger) { wake() }
    }

    private func wake() {
        executor.wake.wake()
    }

    // MARK: The loop's own thread

    override var taskExecutor: (any TaskExecutor)? { threads }

    override func work(on count: Int) {
        lock.withLock {
            sleepsUntil = .min
            wantsTurn = false
            super.work(on: count)
            if keepsServing, let since = overdueJob { retire(stuckSince: since) }
        }
    }

    override func nextMoment() -> Int64 {
        lock.withLock {
            if wantsTurn || isOpen { return .min }
            var moment = super.nextMoment()
            if patience > 0, keepsServing {
                moment = min(moment, threads.nextLook(now: clock.milliseconds, patience: patience))
            }
            sleepsUntil = moment
            return moment
        }
    }

    override func beginTurn(now: Int64) {
        threads.reportLoop(since: now)
    }

    override func endTurn() {
        threads.reportLoop(since: 0)
    }

    // Its first request is on the way, most likely: a thread that looks at once is one that the next connection does not
    // count on.
    override var attendsAtOnce: Bool { true }

    // The poller belongs to the loop's thread, and the tasks run on others.
    override var pollsLate: Bool { false }

    override func deliver(_ events: PollEvents, to connection: Connection) {
        if connection.isBusy { connection.hold(events) } else { super.deliver(events, to: connection) }
    }

    override func tellOfDrain(_ connection: Connection) {
        // Its task looks before it waits again.
        if !connection.isBusy { super.tellOfDrain(connection) }
    }

    // MARK: The tasks' threads

    override func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        lock.withLock {
            // Behind the others, as if it had waited: a peer that never waits for an answer must not keep a thread.
            if connection.takeHeld(for: interest) { return threads.postpone(continuation) }
            if interest == .input, connection.isNudged { return threads.postpone(continuation) }
            connection.wait(interest, until: deadline, continuation)
            welcomeNewcomers()
            // The task may have looked just before the worker was told to drain.
            if isDraining { _ = connection.prepareToEnd() }
            enter(connection)
        }
    }

    override func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        threads.postpone(continuation)
    }

    override func nudged(token: Int32, id: UInt64) {
        lock.withLock {
            guard let connection = connections[token], connection.id == id else { return }
            if connection.isAsleep { rouse(connection) } else { connection.takeNote() }
        }
    }

    // What needs no task may block its thread all the same.
    override var stepsOnLoop: Bool { false }

    override var othersWait: Bool { threads.hasLine }

    override func schedule(_ connection: Connection) {
        lock.withLock { enter(connection) }
    }

    override func limitRequest(_ connection: Connection, until deadline: Int64) {
        lock.withLock {
            connection.requestDue = deadline
            enter(connection)
        }
    }

    override func catchUp(_ connection: Connection) {
        lock.withLock { connection.takeHeld() }
    }

    override func conclude(_ connection: Connection) {
        lock.withLock {
            let before = served
            connection.takeHeld()
            super.conclude(connection)
            // A newcomer may have its place, or it was the last, or there is more to throw away.
            if served < before && (isDraining || !acceptor.waits) || !discarding.isEmpty {
                wantsTurn = true
                wakeIfAsleep()
            }
            welcomeNewcomers()
        }
    }

    /// Lets the loop look for newcomers again, as one of the connections that take all places may give way now.
    private func welcomeNewcomers() {
        guard acceptor.isCrowded, someRest else { return }
        wantsTurn = true
        wakeIfAsleep()
    }

    override func enter(_ connection: Connection) {
        super.enter(connection)
        if connection.due < sleepsUntil { wakeIfAsleep() }
    }

    private func wakeIfAsleep() {
        guard sleepsUntil > .min else { return }
        sleepsUntil = .min
        wake()
    }

    // MARK: Whether a thread is free

    override func hasRoom(now: Int64) -> Bool {
        switch threads.room(now: now) {
        case .free:
            isOpen = false
            return true
        case .line: isOpen = true
        // One turn is enough to find whoever waits; who comes later may find a free thread elsewhere.
        case .none: isOpen = false
        }
        return isOpen
    }

    override var canAccept: Bool { isOpen || threads.hasFree }

    // MARK: Threads that do not come back

    private var patience: Int64 { context.settings.timeouts.timeout.inMilliseconds }

    private var keepsServing: Bool { !isDraining && !isRetiring }

    /// Monotonic ms since when one thread has been at its job for longer than anybody waits for.
    private var overdueJob: Int64? {
        guard patience > 0, let since = threads.longestJob else { return nil }
        return clock.milliseconds - since >= patience ? since : nil
    }

    private static let reading: Int64 = 250

    // The other threads serve on until there is a successor; this one is lost.
    private func retire(stuckSince since: Int64) {
        // A request begins a little after the job that reads it.
        let suspects = context.row.inFlightRequests.filter { $0.startedAt / 1_000_000 <= since + Self.reading }
        for label in suspects.isEmpty ? ["none"] : suspects.map(\.label) {
            context.logger.event(
                .error, "thread_stuck",
                ["slot": identity.slot, "pid": identity.pid, "request": label, "for_ms": clock.milliseconds - since])
        }
        retire(because: .stuckThread)
    }
}
