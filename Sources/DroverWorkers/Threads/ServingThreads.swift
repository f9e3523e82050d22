internal import DroverCore
internal import DroverSystem
internal import Logging

/// The threads that serve a loop's connections, so that a handler that blocks holds up one thread.
///
/// A connection belongs to its step or its task while that runs, and to the loop while it waits. What the loop keeps is
/// used under one lock: by the loop's thread during a turn, by the others when a step or a task ends or begins to wait.
/// What the poller reports meanwhile is held for the connection.
///
/// No code of a handler, a protocol, a policy or a hook runs under the lock: it may hold a lock of its own that others hold
/// while they nudge a connection or begin a request, which takes this one. What a turn finds for such code to do is done
/// when the turn is over, or the turn gives up the lock for that long.
final class ServingThreads {
    private let context: WorkerContext
    private let lock = Lock()
    private let pool: ThreadPool
    /// Steps that the loop's thread has found in this turn, for the threads to take together.
    ///
    /// Guarded by the lock.
    private var found: [Connection] = []
    private var isInTurn = false
    /// What a turn has left until the lock is free; the loop's thread alone uses it.
    private var left: [() -> Void] = []
    /// Monotonic ms until which the loop's thread sleeps, if nothing happens; in the past while it is awake.
    private var sleepsUntil = Int64.min
    /// Whether something has changed since the last turn that asks for another one.
    private var wantsTurn = false
    /// Whether one more is let in though all threads are taken.
    private var isOpen = false

    /// For how many milliseconds a thread may be at one job; 0 for ever.
    private let patience: Int64

    /// `count` threads of the worker of `context`, which begin with `start`.
    init(_ context: WorkerContext, count: Int) {
        self.context = context
        patience = context.settings.timeouts.timeout.inMilliseconds
        let report = BusyReport(row: context.row, scoreboard: context.scoreboard) { context.wakeArbiter() }
        pool = ThreadPool(count: count, report: report)
    }

    /// What runs tasks on the threads.
    var executor: any TaskExecutor { pool }

    /// Starts the threads, which live as long as the process.
    func start(for loop: EventLoop) throws(SystemError) {
        let duties = ThreadPool.Duties(
            begin: {
                loop.host.clock.refresh()
                return loop.host.clock.milliseconds
            },
            step: { loop.threads?.step($0, loop) },
            end: { loop.threads?.endJob(loop) },
            wakeLoop: { loop.executor.wake.wake() })
        try pool.start(name: "worker-\(context.identity.slot)", duties)
        // SIGABRT then finds one of the threads that serve, and the backtrace shows what it is stuck in.
        WorkerSignals.blockedBesideTheWorker.block()
    }

    func withLock<R>(_ body: () -> R) -> R { lock.withLock(body) }

    /// Runs `body`, which calls code that may take locks of its own, when this turn of the loop has given up the lock.
    func afterTurn(_ body: @escaping () -> Void) { left.append(body) }

    /// Runs `body`, which calls code that may take locks of its own, while the turn that the loop's thread is in has given up
    /// the lock; what the other threads change meanwhile, the next turn sees.
    func amidTurn<R>(_ body: () -> R) -> R {
        guard isInTurn else { return body() }
        lock.release()
        defer { lock.acquire() }
        return body()
    }

    private func endJob(_ loop: EventLoop) {
        context.accessLog?.flush()
        if loop.keepsServing, loop.recycling.hasServedEnough(loop.ledger) { loop.executor.wake.wake() }
    }

    // MARK: The loop's thread

    /// Runs one turn of the loop.
    func runTurn(of loop: EventLoop, _ count: Int) {
        lock.withLock {
            sleepsUntil = .min
            wantsTurn = false
            isInTurn = true
            loop.work(on: count)
            isInTurn = false
            pool.append(steps: &found)
            if loop.keepsServing, let since = overdueJob(loop) { retire(loop, stuckSince: since) }
        }
        if !left.isEmpty { doWhatIsLeft(loop) }
    }

    private func doWhatIsLeft(_ loop: EventLoop) {
        // It keeps the loop from its next turn, which the arbiter should see.
        reportLoop(since: loop.host.clock.milliseconds)
        let taken = left
        left = []
        for body in taken { body() }
        reportLoop(since: 0)
    }

    /// When the loop has to look again, in monotonic ms.
    func nextMoment(of loop: EventLoop) -> Int64 {
        lock.withLock {
            if wantsTurn || isOpen { return .min }
            var moment = loop.nextMoment()
            if patience > 0, loop.keepsServing {
                moment = min(moment, pool.nextLook(now: loop.host.clock.milliseconds, patience: patience))
            }
            sleepsUntil = moment
            return moment
        }
    }

    /// Says since when the loop has been at a turn; 0 when it waits.
    func reportLoop(since moment: Int64) { pool.reportLoop(since: moment) }

    /// Wakes the loop's thread if it would sleep past `due`, in monotonic ms.
    func noteDeadline(_ due: Int64, _ loop: EventLoop) {
        if due < sleepsUntil { wakeIfAsleep(loop) }
    }

    private func wakeIfAsleep(_ loop: EventLoop) {
        guard sleepsUntil > .min else { return }
        sleepsUntil = .min
        loop.executor.wake.wake()
    }

    // MARK: Steps

    /// Lets a thread look after a connection without a task; under the lock.
    func attend(_ connection: Connection, isDue: Bool = false) {
        connection.beginStep(isDue: isDue)
        if isInTurn { found.append(connection) } else { pool.append(step: connection) }
    }

    /// Serves a connection on one of the threads, as far as that needs no task.
    private func step(_ connection: Connection, _ loop: EventLoop) {
        let standing = connection.advanceStep()
        if standing == .over {
            loop.catchUp(connection)
            _ = connection.finishAtOnce()
        }
        lock.withLock {
            connection.endStep()
            switch standing {
            case .waits: wait(connection, loop)
            case .turn: attend(connection)
            case .needsTask: loop.rouse(connection)
            case .over: conclude(connection, loop)
            }
        }
    }

    /// Lets a connection without a task wait, unless something has come for it meanwhile.
    private func wait(_ connection: Connection, _ loop: EventLoop) {
        if connection.hasWork || loop.host.isDraining && connection.prepareToEnd() { return attend(connection) }
        loop.enter(connection)
        welcomeNewcomers(loop)
    }

    // MARK: Tasks

    /// Stores `continuation` until the socket is ready for `interest` or `deadline` (monotonic ms) has passed.
    func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>, _ loop: EventLoop
    ) {
        lock.withLock {
            // Behind the others, as if it had waited: a peer that never waits for an answer must not keep a thread.
            if connection.takeHeld(for: interest) { return pool.postpone(continuation) }
            if interest == .input, connection.isNudged { return pool.postpone(continuation) }
            connection.wait(interest, until: deadline, continuation)
            welcomeNewcomers(loop)
            // The task may have looked just before the worker was told to drain.
            if loop.host.isDraining { _ = connection.prepareToEnd() }
            loop.enter(connection)
        }
    }

    /// Resumes `continuation` behind everything that waits for a thread now.
    func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) { pool.postpone(continuation) }

    /// Does what follows when a connection's task is over.
    func endTask(of connection: Connection, _ loop: EventLoop) {
        lock.withLock {
            connection.takeHeld()
            conclude(connection, loop)
        }
    }

    private func conclude(_ connection: Connection, _ loop: EventLoop) {
        let before = loop.served
        loop.conclude(connection)
        // A newcomer may have its place, or it was the last, or there is more to throw away.
        if loop.served < before && (loop.host.isDraining || !loop.acceptor.waits) || !loop.nextTurn.isEmpty {
            wantsTurn = true
            wakeIfAsleep(loop)
        }
        welcomeNewcomers(loop)
    }

    /// Lets the loop look for newcomers again, as one of the connections that take all places may give way now.
    private func welcomeNewcomers(_ loop: EventLoop) {
        guard loop.acceptor.isCrowded, loop.host.someRest else { return }
        wantsTurn = true
        wakeIfAsleep(loop)
    }

    // MARK: Whether a thread is free

    /// Whether something waits for a thread.
    var hasLine: Bool { pool.hasLine }

    /// Whether to wait for another connection: a thread would serve it.
    func hasRoom(now: Int64) -> Bool {
        switch pool.room(now: now) {
        case .free:
            isOpen = false
            return true
        case .line: isOpen = true
        // One turn is enough to find a newcomer; one that comes later may find a free thread elsewhere.
        case .none: isOpen = false
        }
        return isOpen
    }

    /// Whether that is still so when one has come.
    var canAccept: Bool { isOpen || pool.hasFree(beside: found.count) }

    // MARK: Threads that do not come back

    /// Monotonic ms since when one thread has been at its job for longer than any job may take.
    private func overdueJob(_ loop: EventLoop) -> Int64? {
        guard patience > 0, let since = pool.longestJob else { return nil }
        return loop.host.clock.milliseconds - since >= patience ? since : nil
    }

    private static let reading: Int64 = 250

    // The other threads serve on until there is a successor; this one is lost.
    private func retire(_ loop: EventLoop, stuckSince since: Int64) {
        // A request begins a little after the job that reads it.
        let suspects = context.row.inFlightRequests.filter { $0.startedAt / 1_000_000 <= since + Self.reading }
        for label in suspects.isEmpty ? ["none"] : suspects.map(\.label) {
            context.logger.event(
                .error, "thread_stuck",
                [
                    "slot": context.identity.slot, "pid": context.identity.pid, "request": label,
                    "for_ms": loop.host.clock.milliseconds - since,
                ])
        }
        loop.retire(because: .stuckThread)
    }
}
