internal import DroverCore
internal import DroverSystem
internal import Logging

/// One thread's epoll loop: it accepts, wakes the tasks whose sockets are ready, and keeps the deadlines.
///
/// A keep-alive request costs its share of one epoll_wait(2) here, and nothing else: sockets are registered once, edge
/// triggered, for input and output.
final class EventLoop: ConnectionHost, @unchecked Sendable {
    let context: WorkerContext
    let executor: LoopExecutor
    let poller: Poller
    let signals: SignalDescriptor
    @exclusivity(unchecked) var acceptor: Acceptor
    @exclusivity(unchecked) var connections = ConnectionTable()
    @exclusivity(unchecked) var wheel: DeadlineWheel
    @exclusivity(unchecked) var nextID: UInt64 = 1
    @exclusivity(unchecked) var stop = StopPlan()
    /// How many requests this worker serves before it asks to be replaced.
    let share: UInt64
    /// Connections that have had their share of this turn and go on in the next.
    @exclusivity(unchecked) var postponed: [Connection] = []
    @exclusivity(unchecked) var isRetiring = false
    let worker: AsyncWorker

    init(_ context: WorkerContext, for worker: AsyncWorker) throws {
        self.context = context
        self.worker = worker
        executor = try LoopExecutor()
        poller = try Poller()
        signals = try SignalDescriptor(WorkerSignals.all)
        wheel = DeadlineWheel(now: MonotonicClock.milliseconds())
        share = Self.share(context.settings.workers)
        let ledger = Ledger(row: context.row)
        acceptor = Acceptor(context, ledger: ledger)
        super.init(identity: context.identity, ledger: ledger)
    }

    // The jitter keeps workers that started together from retiring together.
    private static func share(_ settings: WorkerSettings) -> UInt64 {
        guard settings.maxRequests > 0 else { return .max }
        return UInt64(settings.maxRequests) + UInt64.random(in: 0...UInt64(max(settings.maxRequestsJitter, 0)))
    }

    /// Serves until the worker has drained or must stop.
    func run() throws {
        executor.adoptCurrentThread()
        try poller.add(executor.wake.descriptor.raw, .readable, word: PollerWord.executorWord)
        try poller.add(signals.descriptor.raw, .readable, word: PollerWord.signalsWord)
        try poller.add(context.lifeline, .readable, word: PollerWord.lifelineWord)
        context.becomeReady()
        acceptor.update(poller, connections: 0)
        while !isDone { turn() }
        context.accessLog?.flush()
        context.row.endTurn()
    }

    private var isDone: Bool {
        stop.isQuick || (isDraining && connections.count == 0 && !executor.hasReady)
    }

    // MARK: A turn

    private func turn() {
        let patience = patience()
        let count = poller.wait(milliseconds: patience)
        // Interrupted: a debugger came or went, and nothing has happened.
        if count == 0, patience < 0 { return }
        clock.refresh()
        let now = clock.milliseconds
        context.row.beginTurn(now: now)
        if context.scoreboard.shouldWakeArbiter() { context.wakeArbiter() }
        for index in 0..<count { dispatch(poller.report(index)) }
        executor.runReady()
        resumePostponed()
        expireDeadlines(now: now)
        acceptor.endPause(now: now)
        acceptor.update(poller, connections: connections.count)
        if stop.deadline.map({ now >= $0 }) == true { hurry() }
        if ledger.requests >= share, !isDraining, !isRetiring { retire() }
        context.accessLog?.flush()
        if !executor.hasReady { context.row.endTurn() }
    }

    /// How long the next wait may last, in ms; -1 is until something happens.
    private func patience() -> Int32 {
        if executor.hasReady { return 0 }
        var moment = wheel.nextMoment() ?? .max
        if let paused = acceptor.pausedUntil { moment = min(moment, paused) }
        if let deadline = stop.deadline { moment = min(moment, deadline) }
        guard moment != .max else { return -1 }
        return Int32(clamping: max(0, moment - MonotonicClock.milliseconds()))
    }

    @inline(__always)
    private func dispatch(_ report: Poller.Report) {
        switch PollerWord(report.word) {
        case .connection(let token, let number):
            guard let connection = connections[token], UInt32(truncatingIfNeeded: connection.id) == number else {
                return
            }
            connection.deliver(report.events)
            if connection.isAsleep, connection.mayHaveInput { rouse(connection) }
        case .listener(let index):
            if let accepted = acceptor.accept(index, poller, now: clock.milliseconds) {
                begin(accepted)
                acceptor.nudgeSiblings()
            }
        case .executor: executor.collectForeign()
        case .signals: while let next = signals.next() { receive(next.signal) }
        case .lifeline: orphaned()
        }
    }

    // MARK: Waiting

    override func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        connection.wait(interest, until: deadline, continuation)
        schedule(connection)
    }

    override func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        connection.wait(.input, until: .max, continuation)
        postponed.append(connection)
    }

    override func schedule(_ connection: Connection) {
        let bucket = connection.wheelBucket
        let due = connection.due
        guard due != .max else { return }
        if bucket >= 0 {
            // Where it is will do, unless that is too late: an entry that comes up early is put back.
            guard wheel.isEarlier(due, than: bucket) else { return }
            wheel.remove(connection.token, links)
        }
        wheel.insert(connection.token, into: wheel.bucket(for: due), links)
    }
}
