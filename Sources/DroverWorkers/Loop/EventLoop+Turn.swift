internal import DroverCore
internal import DroverSystem

// One turn: what the poller reports, what has become due, and whom to accept next.

extension EventLoop {
    // For a poller that reports what it was told to report no more.
    private static let heldMilliseconds: Int64 = 10

    func turn() throws(SystemError) {
        if acceptor.takeHeld() { pauseThread(milliseconds: Self.heldMilliseconds) }
        let moment = threads?.nextMoment(of: self) ?? nextMoment()
        let patience: Int32 =
            moment == .max ? -1 : moment == .min ? 0 : Int32(clamping: max(0, moment - MonotonicClock.milliseconds()))
        let count = try poller.wait(milliseconds: patience)
        // Interrupted: a debugger came or went, and nothing has happened.
        if count == 0, patience < 0 { return }
        if let threads { threads.runTurn(of: self, count) } else { work(on: count) }
    }

    /// Does what `count` reports of the poller and the time ask for.
    func work(on count: Int) {
        host.clock.refresh()
        let now = host.clock.milliseconds
        beginTurn(now: now)
        for index in 0..<count { dispatch(poller.report(index)) }
        executor.runReady()
        if !nudges.isEmpty { takeNudges() }
        if !nextTurn.isEmpty { goOnWithTurns() }
        expireDeadlines(now: now)
        listen(now: now)
        if stop.deadline.map({ now >= $0 }) == true { hurry() }
        recycle(now: now)
        context.accessLog?.flush()
        isDone = stop.isQuick || isFinished
        if !executor.hasReady { endTurn() }
    }

    private func listen(now: Int64) {
        if shortage == nil, threads == nil, acceptor.isSettled(connections: served, now: now) { return }
        if let shortage { acceptor.pause(shortage, poller, now: now) }
        shortage = nil
        let hasRoom = threads?.hasRoom(now: now) ?? true
        acceptor.update(poller, connections: served, hasRoom: hasRoom, mayMakePlace: mayFindRest, now: now)
        guard acceptor.hasJustFailed, makeRoom() else { return }
        // The watch or the memory of the connection that has ended may be enough.
        acceptor.retry(now: now)
        acceptor.update(poller, connections: served, hasRoom: hasRoom, mayMakePlace: mayFindRest, now: now)
    }

    /// Whether nothing is left to do.
    private var isFinished: Bool {
        if let companion { return companion.hasEnded }
        return host.isDraining && connections.count == 0 && !executor.hasReady && nudges.isEmpty
    }

    private func beginTurn(now: Int64) {
        if let threads { return threads.reportLoop(since: now) }
        context.row.beginTurn(now: now)
        if context.scoreboard.shouldWakeArbiter() { context.wakeArbiter() }
    }

    func endTurn() {
        if let threads { return threads.reportLoop(since: 0) }
        context.row.endTurn()
    }

    /// When to look again even if nothing happens, in monotonic ms: `Int64.max` is never, `Int64.min` at once.
    func nextMoment() -> Int64 {
        if executor.hasReady || !nextTurn.isEmpty || !nudges.isEmpty { return .min }
        var moment = wheel.nextMoment() ?? .max
        if let attempt = acceptor.nextMoment { moment = min(moment, attempt) }
        if acceptor.isCrowded { moment = min(moment, resting.nextLook(someRest: host.someRest)) }
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
        // It resumes tasks, which may wait for handlers of their cancellation that want the lock of the threads.
        case .streams: runForeignCode { [reactor = context.streams.reactor] in reactor.turn() }
        }
    }

    private func accept(_ index: Int) {
        guard acceptor.waits(on: index, poller),
            acceptor.agrees(poller, connections: served, now: host.clock.milliseconds)
        else { return }
        let place = threads?.canAccept ?? true ? place(forNewcomerOf: index) : .none
        if case .none = place {
            // The kernel has told no other worker, and tells one only when the next connection comes.
            return acceptor.passOn()
        }
        guard let accepted = acceptor.accept(index, poller, now: host.clock.milliseconds, findRoom: findRoom) else {
            return
        }
        if case .taken(let other) = place, !other.isClosed, !other.givesWay { giveWay(other, .connections) }
        let before = connections.count
        begin(accepted)
        acceptor.nudgeSiblings()
        // A connection that has come and gone is no burden, so the worker keeps its place then. A worker that is at work
        // does not wait, so the kernel wakes others meanwhile.
        if connections.count != before { acceptor.goToTheEnd(of: index, poller) }
    }

    private func deliver(_ events: PollEvents, to connection: Connection) {
        // Its task or its step has the connection for itself.
        if threads != nil, connection.isBusy { return connection.hold(events) }
        connection.deliver(events)
        if connection.wantsAttention {
            attend(connection)
        } else if connection.isLingering, !connection.awaitsTurn {
            discard(connection)
        }
    }
}
