internal import DroverCore
internal import DroverSystem
internal import Logging

/// One thread's epoll loop: it accepts, serves or wakes the connections whose sockets are ready, and keeps the deadlines.
///
/// A keep-alive request costs its share of one epoll_wait(2) here, and nothing else: sockets are registered once, edge
/// triggered, for input and output.
///
/// Where connections are served is a part of the loop: on its own thread, or on ``ServingThreads``. What the loop keeps,
/// the connections' waiters and deadlines included, is then used under those threads' lock.
///
/// Unchecked: all that it keeps. One thread uses it, or the threads do under that lock; what any thread may do is to nudge.
final class EventLoop: ConnectionPlace, @unchecked Sendable {
    let context: WorkerContext
    /// What it gives its connections.
    let host: ConnectionHost
    let ledger: Ledger
    let executor: LoopExecutor
    let poller: Poller
    let signals: SignalDescriptor
    let acceptor: Acceptor
    // It is asked for each report of the poller. The loop's thread or its lock keeps others away, and no call that is made
    // while it is changed comes back to it.
    @exclusivity(unchecked) var connections = ConnectionTable()
    let wheel: DeadlineWheel
    var nextID: UInt64 = 1
    var stop = StopPlan()
    let recycling: Recycling
    /// Connections that have had their share of this turn.
    let nextTurn = NextTurn()
    /// Connections that were nudged.
    let nudges = NudgeList()
    /// The error of a resource that has run out in this turn, so that a connection could not be kept.
    var shortage: SystemError?
    var shortageComplaint = Complaint()
    let lingering = LingerLine()
    var resting = RestingLine()
    /// The last connection that was asked to give way and ends only when its task has heard of that.
    var leaving: Connection?
    var isDone = false
    /// How many connections it has at most, those that linger included.
    let capacity: Int
    let roomNotice: NoticePacer
    /// The threads that serve the connections; nil where the loop's own does.
    let threads: ServingThreads?
    /// The one task of a companion, which has no connections.
    let companion: CompanionTask?

    /// A loop of a worker.
    ///
    /// - Parameters:
    ///   - context: What the worker was given.
    ///   - places: How many connections it serves at a time, and how many may linger beside them.
    ///   - threads: What serves them; nil for the loop's own thread.
    ///   - keepsAlive: Whether a connection may bring more than one message.
    ///   - companion: What it runs in the place of connections.
    ///   - policy: When it takes connections; nil for whenever it has room, by share.
    /// - Throws: `SystemError` when there are no descriptors or no memory for it.
    init(
        _ context: WorkerContext, places: Places? = nil, threads: ServingThreads? = nil, keepsAlive: Bool = true,
        companion: CompanionTask? = nil, policy: (any AcceptPolicy)? = nil
    ) throws {
        self.context = context
        self.threads = threads
        self.companion = companion
        executor = try LoopExecutor()
        poller = try Poller()
        signals = try SignalDescriptor(WorkerSignals.all)
        wheel = DeadlineWheel(now: MonotonicClock.milliseconds())
        recycling = Recycling(context.settings.workers)
        let isShared = threads != nil
        ledger = Ledger(row: context.row, isShared: isShared)
        let places = places ?? Places(served: context.settings.workers.connections)
        let asked = policy.map { policy in threads.map { UnlockedPolicy(policy, $0) } ?? policy }
        acceptor = try Acceptor(context, ledger: ledger, limit: places.served, policy: asked)
        capacity = places.served + places.lingering
        roomNotice = context.scoreboard.notices.pacer("room")
        host = ConnectionHost(
            identity: context.identity, ledger: ledger, isShared: isShared, keepsAlive: keepsAlive,
            streams: context.streams)
        host.place = self
    }

    /// How many connections a loop has at a time.
    struct Places {
        /// Those that are served.
        var served: Int
        /// Those that linger beside them.
        var lingering = 0
    }

    /// Serves until the worker has drained or must stop.
    func run() throws {
        try threads?.start(for: self)
        executor.adoptCurrentThread()
        try poller.add(executor.wake.descriptor.raw, .readable, word: PollerWord.executorWord)
        try poller.add(signals.descriptor.raw, .readable, word: PollerWord.signalsWord)
        try poller.add(context.lifeline, .readable, word: PollerWord.lifelineWord)
        try context.streams.reactor.attach(taskExecutor) { [weak self] (number) throws(SystemError) in
            // A task may open the first stream when the loop is over, before the process is.
            guard let self else { return }
            try poller.add(number, .readable, word: PollerWord.streamsWord)
        }
        acceptor.update(
            poller, connections: 0, hasRoom: true, mayMakePlace: true, now: MonotonicClock.milliseconds())
        // Not ready then: the worker that it is to relieve serves on.
        if let obstacle = acceptor.obstacle { throw obstacle }
        if companion?.saysReady != true { context.becomeReady() }
        companion?.start(on: self)
        while !isDone { try turn() }
        context.accessLog?.flush()
        endTurn()
    }

    var identity: WorkerIdentity { context.identity }

    // MARK: What it does for its connections when they ask

    /// What runs the connections' tasks.
    var taskExecutor: (any TaskExecutor)? { threads?.executor ?? executor }

    var othersWait: Bool { threads?.hasLine ?? false }

    func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        if let threads { return threads.park(connection, interest, until: deadline, continuation, self) }
        connection.wait(interest, until: deadline, continuation)
        if !connection.isPolled, !poll(connection) { return connection.interrupt(.stopping) }
        enter(connection)
    }

    func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        if let threads { return threads.postpone(continuation) }
        connection.wait(.input, until: .max, continuation)
        nextTurn.add(connection, to: .tasks)
    }

    func nudged(token: Int32, id: UInt64) {
        if let threads {
            threads.withLock { takeNudge(token, id) }?.resume()
            return
        }
        // What waits is the loop's; other threads can only ask it to look.
        if nudges.append(token, id), !executor.isCurrent { executor.wake.wake() }
    }

    /// Lets a connection look that was nudged, and takes its task if that is to wake.
    func takeNudge(_ token: Int32, _ id: UInt64) -> Woken? {
        guard let connection = connections[token], connection.id == id else { return nil }
        if !connection.isAsleep { return connection.takeNote() }
        attend(connection)
        return nil
    }

    func limitRequest(_ connection: Connection, until deadline: Int64) {
        if let threads {
            return threads.withLock {
                connection.requestDue = deadline
                enter(connection)
            }
        }
        connection.requestDue = deadline
        if deadline != .max { enter(connection) }
    }

    func catchUp(_ connection: Connection) {
        threads?.withLock { connection.takeHeld() }
    }

    func noteEnd(of connection: Connection, _ error: ConnectionError) {
        context.logger.event(error.logLevel, "connection_ended", ["peer": connection.peer, "reason": error])
    }
}
