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
    private let poller: Poller
    private let signals: SignalDescriptor
    @exclusivity(unchecked) private var acceptor: Acceptor
    @exclusivity(unchecked) private var connections = ConnectionTable()
    @exclusivity(unchecked) private var wheel: DeadlineWheel
    @exclusivity(unchecked) private var nextID: UInt64 = 1
    @exclusivity(unchecked) private var stop = StopPlan()
    /// How many requests this worker serves before it asks to be replaced.
    private let share: UInt64
    @exclusivity(unchecked) private var isRetiring = false
    private let worker: AsyncWorker

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

    // MARK: Connections

    private func begin(_ accepted: consuming Acceptor.Accepted) {
        let id = nextID
        nextID &+= 1
        let token = connections.nextToken()
        let listener = accepted.listener
        let peer = accepted.peer
        let session = listener.transport.open(accepted.socket)
        let connection = Connection(
            id: id, token: token, peer: peer, session: session, listener: listener, host: self)
        connections.insert(connection)
        context.row.setConnections(connections.count)
        do {
            try poller.add(
                session.descriptor, .connection, word: PollerWord.connection(token: token, id: id))
        } catch {
            context.logger.event(.error, "connection_failed", ["peer": connection.peer, "error": "\(error)"])
            session.close()
            end(connection)
            return
        }
        if connection.restFromTheBeginning() { schedule(connection) } else { attend(connection) }
    }

    /// Gives the connection a task, until it ends or rests.
    private func attend(_ connection: Connection) {
        // What a suspended task keeps counts ten thousand times: one object, and few frames below it.
        connection.task = Task(executorPreference: executor) { [self] in
            await worker.lead(connection)
            if connection.isResting { rest(connection) } else { end(connection) }
        }
    }

    private func rest(_ connection: Connection) {
        if isDraining, !connection.mayHaveInput {
            dismiss(connection)
        } else if connection.continueResting() {
            schedule(connection)
        } else {
            rouse(connection)
        }
    }

    /// Something may have come for a connection that rests.
    private func rouse(_ connection: Connection) {
        connection.endRest()
        attend(connection)
    }

    private func dismiss(_ connection: Connection) {
        connection.abandon()
        end(connection)
    }

    private func end(_ connection: Connection) {
        wheel.remove(connection.token, links)
        connections.remove(connection)
        context.row.setConnections(connections.count)
    }

    // MARK: Waiting

    override func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        connection.wait(interest, until: deadline, continuation)
        schedule(connection)
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

    private func expireDeadlines(now: Int64) {
        while let token = wheel.nextDue(now: now) {
            wheel.remove(token, links)
            guard let connection = connections[token] else { continue }
            if connection.due <= now {
                if connection.isAsleep {
                    dismiss(connection)
                    continue
                }
                connection.expire(now: now)
            }
            if connection.due != .max { wheel.insert(token, into: wheel.bucket(for: connection.due), links) }
        }
    }

    private func links(_ token: Int32, _ body: (inout DeadlineWheel.Links) -> Void) {
        guard let connection = connections[token] else { return }
        var links = DeadlineWheel.Links(
            bucket: connection.wheelBucket, next: connection.wheelNext, previous: connection.wheelPrevious)
        body(&links)
        connection.wheelBucket = links.bucket
        connection.wheelNext = links.next
        connection.wheelPrevious = links.previous
    }

    // MARK: Stopping

    private func receive(_ signal: Signal) {
        switch signal {
        case .terminate: isDraining ? () : drain(within: context.settings.timeouts.graceful.inMilliseconds)
        case .interrupt, .quit: stop.isQuick = true
        case .user1: reopenLogs()
        default: break  // SIGURG: a sibling says that it is this worker's turn again; the turn's end looks.
        }
    }

    // Its share is served: the arbiter starts a successor and then asks this worker to go.
    private func retire() {
        isRetiring = true
        context.logger.event(
            .info, "worker_retiring", ["slot": identity.slot, "pid": identity.pid, "requests": ledger.requests])
        context.row.setState(.retiring)
        context.wakeArbiter()
    }

    private func drain(within milliseconds: Int64) {
        context.row.setState(.draining)
        context.logger.event(
            .info, "worker_draining", ["slot": identity.slot, "pid": identity.pid, "connections": connections.count])
        acceptor.finish(poller, now: clock.milliseconds) { begin($0) }
        startDraining()
        stop.deadline = clock.milliseconds + milliseconds
        for connection in connections.all {
            if connection.prepareToEnd() { rouse(connection) } else { schedule(connection) }
        }
    }

    private func orphaned() {
        poller.remove(context.lifeline)
        context.logger.event(.warning, "arbiter_gone", ["slot": identity.slot, "pid": identity.pid])
        drain(within: OrphanWatch.graceMilliseconds)
    }

    private func hurry() {
        context.logger.event(
            .warning, "worker_drain_timeout", ["slot": identity.slot, "connections": connections.count])
        stop.isQuick = true
    }

    private func reopenLogs() {
        for sink in context.logSinks {
            do { try sink.reopen() } catch { context.logger.event(.error, "reopen_failed", ["error": "\(error)"]) }
        }
    }

    private struct StopPlan {
        /// Monotonic ms at which draining is over, done or not.
        var deadline: Int64?
        var isQuick = false
    }
}
