internal import DroverCore
internal import DroverSystem
internal import Logging

// What a worker does when it is told something: by the arbiter, by a sibling, or by the arbiter's death.

extension EventLoop {
    struct StopPlan {
        /// Monotonic ms at which draining is over, done or not.
        var deadline: Int64?
        var isQuick = false
    }

    func receive(_ signal: Signal) {
        switch signal {
        case .terminate: host.isDraining ? () : drain(within: context.settings.timeouts.graceful.inMilliseconds)
        case .interrupt, .quit:
            runForeignCode { [context, identity] in context.runHook("workerInt") { try $0.workerInt(identity) } }
            stop.isQuick = true
        case .user1: context.logs.reopen()
        // A sibling says that it is this worker's turn again, or that it cannot take what waits; the turn's end looks too.
        case .urgent: acceptor.look(poller)
        default: break
        }
    }

    /// Whether the worker neither drains nor waits to be replaced.
    var keepsServing: Bool { !host.isDraining && !host.isRetiring }

    func recycle(now: Int64) {
        let isTooLarge = recycling.looksTooLarge(now: now, context.row)
        if !keepsServing { return }
        if recycling.hasServedEnough(ledger) {
            retire(because: .requests)
        } else if isTooLarge {
            retire(because: .resident)
        } else if isDeafForGood(now: now) {
            retire(because: .deaf)
        }
    }

    // What keeps it from listening may be its own: another process gets another poller.
    private func isDeafForGood(now: Int64) -> Bool {
        // First the rare thing: this is asked in every turn.
        guard let since = acceptor.deafSince else { return false }
        let patience = context.settings.timeouts.timeout.inMilliseconds
        return patience > 0 && now - since >= patience
    }

    // Its share is served: the arbiter starts a successor and then asks this worker to go. Clients that stay are told
    // to come back on another connection.
    func retire(because reason: Recycling.Reason) {
        host.startRetiring()
        context.logger.event(
            .info, "worker_retiring",
            [
                "slot": identity.slot, "pid": identity.pid, "reason": reason, "requests": ledger.requests,
                "resident_bytes": context.row.residentBytes,
            ])
        context.row.setState(.retiring)
        context.wakeArbiter()
    }

    private func drain(within milliseconds: Int64) {
        context.row.setState(.draining)
        // Those who stayed off the queue in favour of this worker.
        acceptor.nudgeSiblings()
        context.logger.event(
            .info, "worker_draining", ["slot": identity.slot, "pid": identity.pid, "connections": connections.count])
        acceptor.finish(poller, now: host.clock.milliseconds, findRoom: findRoom) { begin($0) }
        host.startDraining()
        stop.deadline = host.clock.milliseconds + milliseconds
        finishWork()
    }

    func orphaned() {
        poller.remove(context.lifeline)
        context.logger.event(.warning, "arbiter_gone", ["slot": identity.slot, "pid": identity.pid])
        drain(within: OrphanWatch.graceMilliseconds)
    }

    func hurry() {
        // Those that linger have been answered.
        if served > 0 {
            context.logger.event(.warning, "worker_drain_timeout", ["slot": identity.slot, "connections": served])
        }
        stop.isQuick = true
    }
}
