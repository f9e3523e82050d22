internal import DroverSystem
internal import Logging

extension ArbiterState {
    /// Begins to stop, or hastens a stop that has begun.
    mutating func stop(quick: Bool, code: Int32 = 0, _ now: Int64, _ actions: inout [ArbiterAction]) {
        var code = code
        switch phase {
        case .over: return
        case .stopping(_, _, true): return
        case .stopping(let earlier, _, false):
            guard quick else { return }
            code = earlier
        case .running:
            if reload != nil { reloadFailed("the server stops", &actions) }
        }
        let patience = quick ? policy.quickGrace : policy.graceful + policy.quickGrace
        phase = .stopping(code: code, deadline: now + patience, quick: quick)
        actions.append(
            .log(
                .info, "stopping", [LogField("mode", quick ? "quick" : "graceful"), LogField("workers", workers.count)])
        )
        let announcers = workers.filter { $0.isAnnouncer && $0.holdsSlot }
        for announcer in announcers {
            silence(announcer.pid, within: quick ? patience : policy.announcerGrace, now, &actions)
        }
        if quick { hasten(now + patience, now, &actions) } else { drainIfUnannounced(now, &actions) }
        leaveIfAlone(&actions)
    }

    /// Begins a graceful stop's drain when no companion announces the workers any more.
    mutating func drainIfUnannounced(_ now: Int64, _ actions: inout [ArbiterAction]) {
        guard case .stopping(_, _, false) = phase, !isDraining else { return }
        guard !workers.contains(where: { $0.isAnnouncer && $0.stage != .killed }) else { return }
        beginDrain(&actions)
        for worker in workers where !worker.isCompanion { drain(worker.pid, now, &actions) }
    }

    private mutating func beginDrain(_ actions: inout [ArbiterAction]) {
        if isDraining { return }
        isDraining = true
        actions.append(.closeListeners)
    }

    /// Tells everybody to leave at once, but those who have something to take back.
    private mutating func hasten(_ deadline: Int64, _ now: Int64, _ actions: inout [ArbiterAction]) {
        beginDrain(&actions)
        for worker in workers {
            switch worker.stage {
            case .killed, .aborting: continue
            case .starting: kill(worker.pid, &actions)
            case .ready, .draining:
                if !worker.isAnnouncer { actions.append(.signal(.quit, pid: worker.pid)) }
                update(worker.pid) { $0.stage = .draining(deadline: deadline) }
            }
        }
    }

    /// Leaves when no process is left to wait for.
    mutating func leaveIfAlone(_ actions: inout [ArbiterAction]) {
        guard case .stopping(let code, _, _) = phase, workers.isEmpty else { return }
        beginDrain(&actions)
        phase = .over
        actions.append(.leave(code: code))
    }

    /// Gives up when no worker was ever ready, enough boots have failed, and none is still trying.
    ///
    /// One that is to replace a running server gives up sooner: that server goes on, which is better than half of this.
    mutating func giveUpIfHopeless(_ last: String, _ now: Int64, _ actions: inout [ArbiterAction]) {
        let mayGiveUp = !everReady || (hasElder && !isAnnounced)
        guard phase == .running, mayGiveUp, bootFailures >= Self.bootAttempts else { return }
        guard !workers.contains(where: { $0.isStarting && !$0.isCompanion }) else { return }
        let reason = everReady ? "not all workers became ready; \(last)" : "no worker became ready; \(last)"
        actions.append(.log(.error, "gave_up", [LogField("exit_code", 3), LogField("reason", reason)]))
        stop(quick: true, code: 3, now, &actions)
    }
}
