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
            actions.append(.closeListeners)
        }
        let patience = quick ? policy.quickGrace : policy.graceful + policy.quickGrace
        phase = .stopping(code: code, deadline: now + patience, quick: quick)
        actions.append(
            .log(
                .info, "stopping", [LogField("mode", quick ? "quick" : "graceful"), LogField("workers", workers.count)])
        )
        for worker in workers where quick || !worker.isCompanion {
            switch worker.stage {
            case .killed: continue
            case .starting: kill(worker.pid, &actions)
            case .aborting: continue
            case .ready, .draining:
                if quick {
                    actions.append(.signal(.quit, pid: worker.pid))
                    update(worker.pid) { $0.stage = .draining(deadline: now + patience) }
                } else {
                    drain(worker.pid, now, &actions)
                }
            }
        }
        leaveIfAlone(&actions)
    }

    /// Leaves when nobody is left to wait for.
    mutating func leaveIfAlone(_ actions: inout [ArbiterAction]) {
        guard case .stopping(let code, _, _) = phase, workers.isEmpty else { return }
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
