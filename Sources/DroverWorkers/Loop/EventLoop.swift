internal import DroverCore
internal import DroverSystem
internal import Logging

/// One thread's epoll loop: it accepts, wakes the tasks whose sockets are ready, and keeps the deadlines.
///
/// A keep-alive request costs its share of one epoll_wait(2) here, and nothing else: sockets are registered once, edge
/// triggered, for input and output. Its tasks run on its own thread; a subclass may take them elsewhere.
class EventLoop: ConnectionHost, @unchecked Sendable {
    let context: WorkerContext
    let executor: LoopExecutor
    let poller: Poller
    let signals: SignalDescriptor
    // Final, or reading it in another file copies it: it is asked several times a turn.
    @exclusivity(unchecked) final var acceptor: Acceptor
    @exclusivity(unchecked) var connections = ConnectionTable()
    @exclusivity(unchecked) var wheel: DeadlineWheel
    @exclusivity(unchecked) var nextID: UInt64 = 1
    @exclusivity(unchecked) var stop = StopPlan()
    @exclusivity(unchecked) var recycling: Recycling
    /// Connections whose tasks have had their share of this turn and go on in the next.
    @exclusivity(unchecked) var postponed: [Connection] = []
    /// Connections without a task that have.
    @exclusivity(unchecked) var waitingForTurn: [Connection] = []
    /// Connections that were nudged.
    let nudges = NudgeList()
    /// The error of a resource that has run out in this turn, so that a connection could not be kept.
    @exclusivity(unchecked) var shortage: SystemError?
    @exclusivity(unchecked) var shortageComplaint = Complaint()
    @exclusivity(unchecked) var lingering = LingerLine()
    /// Connections that linger and have had their share of this turn.
    @exclusivity(unchecked) var discarding: [Connection] = []
    @exclusivity(unchecked) var resting = RestingLine()
    /// The last connection that was asked to give way and ends only when its task has heard of that.
    @exclusivity(unchecked) var leaving: Connection?
    @exclusivity(unchecked) private var isDone = false
    /// How many connections it has at most, those that linger included.
    let capacity: Int
    let roomNotice: NoticePacer
    let worker: LoopWorker

    init(
        _ context: WorkerContext, for worker: LoopWorker, connections limit: Int? = nil, lingeringBeside: Int = 0,
        isShared: Bool = false, keepsAlive: Bool = true
    ) throws {
        let context = context.serving(worker.serving)
        self.context = context
        self.worker = worker
        executor = try LoopExecutor()
        poller = try Poller()
        signals = try SignalDescriptor(WorkerSignals.all)
        wheel = DeadlineWheel(now: MonotonicClock.milliseconds())
        recycling = Recycling(context.settings.workers)
        let ledger = Ledger(row: context.row, isShared: isShared)
        let limit = limit ?? context.settings.workers.connections
        acceptor = try Acceptor(context, ledger: ledger, limit: limit)
        capacity = limit + lingeringBeside
        roomNotice = context.scoreboard.notices.pacer("room")
        super.init(identity: context.identity, ledger: ledger, isShared: isShared, keepsAlive: keepsAlive)
    }

    /// Serves until the worker has drained or must stop.
    func run() throws {
        executor.adoptCurrentThread()
        try poller.add(executor.wake.descriptor.raw, .readable, word: PollerWord.executorWord)
        try poller.add(signals.descriptor.raw, .readable, word: PollerWord.signalsWord)
        try poller.add(context.lifeline, .readable, word: PollerWord.lifelineWord)
        acceptor.update(
            poller, connections: 0, hasRoom: true, mayMakePlace: true, now: MonotonicClock.milliseconds())
        // Not ready then: the worker that it is to relieve serves on.
        if let obstacle = acceptor.obstacle { throw obstacle }
        becomeReady()
        while !isDone { try turn() }
        context.accessLog?.flush()
        endTurn()
    }

    /// Tells the arbiter that connections are accepted from now on.
    func becomeReady() {
        context.becomeReady()
    }

    /// What runs the connections' tasks.
    override var taskExecutor: (any TaskExecutor)? { executor }

    // MARK: A turn

    // For a poller that reports what it was told to report no more.
    private static let heldMilliseconds: Int64 = 10

    private func turn() throws(SystemError) {
        if acceptor.takeHeld() { pauseThread(milliseconds: Self.heldMilliseconds) }
        let moment = nextMoment()
        let patience: Int32 =
            moment == .max ? -1 : moment == .min ? 0 : Int32(clamping: max(0, moment - MonotonicClock.milliseconds()))
        let count = try poller.wait(milliseconds: patience)
        // Interrupted: a debugger came or went, and nothing has happened.
        if count == 0, patience < 0 { return }
        work(on: count)
    }

    /// Does what `count` reports of the poller and the time ask for.
    func work(on count: Int) {
        clock.refresh()
        let now = clock.milliseconds
        beginTurn(now: now)
        for index in 0..<count { dispatch(poller.report(index)) }
        executor.runReady()
        takeNudges()
        resumePostponed()
        goOnDiscarding()
        expireDeadlines(now: now)
        listen(now: now)
        if stop.deadline.map({ now >= $0 }) == true { hurry() }
        recycle(now: now)
        context.accessLog?.flush()
        isDone = stop.isQuick || isFinished
        if !executor.hasReady { endTurn() }
    }

    private func listen(now: Int64) {
        if let shortage { acceptor.pause(shortage, poller, now: now) }
        shortage = nil
        let hasRoom = hasRoom(now: now)
        acceptor.update(poller, connections: served, hasRoom: hasRoom, mayMakePlace: mayFindRest, now: now)
        guard acceptor.hasJustFailed, makeRoom() else { return }
        // The watch or the memory of the connection that has ended may be enough.
        acceptor.retry(now: now)
        acceptor.update(poller, connections: served, hasRoom: hasRoom, mayMakePlace: mayFindRest, now: now)
    }

    /// Whether nothing is left to do.
    var isFinished: Bool { isDraining && connections.count == 0 && !executor.hasReady && nudges.isEmpty }

    /// Begins to bring what is in progress to its end.
    func finishWork() {
        for connection in connections.all { tellOfDrain(connection) }
    }

    func beginTurn(now: Int64) {
        context.row.beginTurn(now: now)
        if context.scoreboard.shouldWakeArbiter() { context.wakeArbiter() }
    }

    func endTurn() {
        context.row.endTurn()
    }

    /// Whether a new connection has a task before its first byte has come.
    var attendsAtOnce: Bool { false }

    /// Whether what needs no task is served on the loop's thread.
    var stepsOnLoop: Bool { true }

    /// Whether a connection can be entered into the poller by its task, when that has found that it has to wait.
    var pollsLate: Bool { true }

    /// Whether to wait for another connection: somebody would serve it.
    func hasRoom(now: Int64) -> Bool { true }

    /// Whether that is still so when one has come.
    var canAccept: Bool { true }

    /// When to look again even if nothing happens, in monotonic ms: `Int64.max` is never, `Int64.min` at once.
    func nextMoment() -> Int64 {
        if executor.hasReady || !discarding.isEmpty || !waitingForTurn.isEmpty || !nudges.isEmpty { return .min }
        var moment = wheel.nextMoment() ?? .max
        if let attempt = acceptor.nextMoment { moment = min(moment, attempt) }
        if acceptor.isCrowded { moment = min(moment, resting.nextLook(someRest: someRest)) }
        if let deadline = stop.deadline { moment = min(moment, deadline) }
        return moment
    }

    @inline(__always)
    private func dispatch(_ report: Poller.Report) {
        switch PollerWord(report.word) {
        case .connection(let token, let number):
            guard let connection = connections[token], UInt32(truncatingIfNeeded: connection.id) == number else {
                return
            }
            deliver(report.events, to: connection)
        case .listener(let index):
            accept(index)
        case .executor: executor.collectForeign()
        case .signals: while let next = signals.next() { receive(next.signal) }
        case .lifeline: orphaned()
        }
    }

    private func accept(_ index: Int) {
        guard acceptor.waits(on: index, poller) else { return }
        let place = canAccept ? place(forNewcomerOf: index) : .none
        if case .none = place {
            // The kernel has told no other worker, and tells one only when the next connection comes.
            return acceptor.passOn()
        }
        guard let accepted = acceptor.accept(index, poller, now: clock.milliseconds, findRoom: findRoom) else { return }
        if case .taken(let other) = place, !other.isClosed, !other.givesWay { giveWay(other, .connections) }
        let before = connections.count
        begin(accepted)
        acceptor.nudgeSiblings()
        // A connection that has come and gone is no burden, so the worker keeps its place then. A worker that is at work
        // does not wait, so the kernel wakes others meanwhile.
        if connections.count != before { acceptor.goToTheEnd(of: index, poller) }
    }

    func deliver(_ events: PollEvents, to connection: Connection) {
        connection.deliver(events)
        if connection.wantsAttention {
            attend(connection)
        } else if connection.isLingering, !connection.awaitsTurn {
            discard(connection)
        }
    }

    /// Does what follows when a connection's task is over.
    func conclude(_ connection: Connection) {
        if connection.isResting {
            rest(connection)
        } else if connection.isLingering {
            linger(connection)
        } else {
            end(connection)
        }
    }

    /// Tells a connection that the worker drains.
    func tellOfDrain(_ connection: Connection) {
        if connection.prepareToEnd() { attend(connection) } else { enter(connection) }
    }

    // MARK: Waiting

    override func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        connection.wait(interest, until: deadline, continuation)
        if !connection.isPolled, !poll(connection) { return connection.interrupt(.stopping) }
        enter(connection)
    }

    override func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        connection.wait(.input, until: .max, continuation)
        postponed.append(connection)
    }

    override func nudged(token: Int32, id: UInt64) {
        // What waits is the loop's; other threads can only ask it to look.
        if nudges.append(token, id), !executor.isCurrent { executor.wake.wake() }
    }

    override func schedule(_ connection: Connection) { enter(connection) }

    override func noteEnd(of connection: Connection, _ error: ConnectionError) {
        context.logger.event(error.logLevel, "connection_ended", ["peer": connection.peer, "reason": error])
    }

    /// Enters the connection's next deadline into the wheel.
    func enter(_ connection: Connection) {
        let bucket = connection.bucket
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
