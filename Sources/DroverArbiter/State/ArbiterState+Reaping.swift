internal import DroverSystem
internal import Logging

extension ArbiterState {
    mutating func reap(_ pid: Int32, _ status: ExitStatus, _ now: Int64, _ actions: inout [ArbiterAction]) {
        if pid == upgrade.pid { return upgradeEnded(status, &actions) }
        guard let index = index(of: pid) else {
            // As process 1 of a container the arbiter inherits orphans; they are none of its business.
            actions.append(.log(.debug, "stranger_reaped", [LogField("pid", pid), LogField("status", status)]))
            return
        }
        let worker = workers.remove(at: index)
        actions.append(.vacate(row: worker.row, slot: worker.slot))
        report(worker, status, now, &actions)
        guard phase == .running else { return leaveWhenDone(now, &actions) }
        if worker.generation == reload?.generation { return reloadLost(worker, status, &actions) }
        guard worker.generation == generation else { return }
        judge(worker, status, now)
        if !worker.isCompanion, !worker.wasReady, worker.holdsSlot || worker.stage == .killed {
            giveUpIfHopeless("the last ended with \(status)", now, &actions)
        }
    }

    private mutating func leaveWhenDone(_ now: Int64, _ actions: inout [ArbiterAction]) {
        // Companions begin to stop when the last worker has gone, and have their own time for it.
        if case .stopping(let code, let deadline, false) = phase, workers.allSatisfy(\.isCompanion) {
            let patience = workers.map(\.graceful).max() ?? 0
            phase = .stopping(code: code, deadline: max(deadline, now + patience + policy.quickGrace), quick: false)
        }
        leaveIfAlone(&actions)
    }

    /// Decides whether the slot has to wait before its next worker.
    private mutating func judge(_ worker: WorkerRecord, _ status: ExitStatus, _ now: Int64) {
        switch worker.stage {
        case .draining: return
        case .starting, .ready, .aborting, .killed: break
        }
        guard worker.wasReady else {
            if !worker.isCompanion { bootFailures += 1 }
            backoffs[worker.slot, default: RespawnBackoff()].fail(now: now)
            return
        }
        // SIGKILL and SIGTERM come from outside and say nothing about the program.
        let fromOutside: Bool =
            switch status {
            case .signaled(.kill, _), .signaled(.terminate, _): true
            default: false
            }
        if fromOutside || now - worker.startedAt >= policy.minWorkerLifetime {
            backoffs[worker.slot] = nil
        } else {
            backoffs[worker.slot, default: RespawnBackoff()].fail(now: now)
        }
    }

    private func report(
        _ worker: WorkerRecord, _ status: ExitStatus, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        var fields = [
            LogField("slot", worker.slot), LogField("pid", worker.pid), LogField("generation", worker.generation),
            LogField("status", status), LogField("lived_ms", now - worker.startedAt),
        ]
        let level: Logger.Level
        switch (worker.stage, status) {
        case (.draining, .exited(0)), (.killed, _): level = .info
        case (.starting, _): level = .warning
        case (_, .exited(0)): level = .info
        case (_, .signaled(.kill, _)):
            level = .error
            fields.append(LogField("hint", "it was killed from outside, perhaps by the kernel for want of memory"))
        default: level = .error
        }
        actions.append(.log(level, worker.isCompanion ? "companion_exited" : "worker_exited", fields))
    }
}
