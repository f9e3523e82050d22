internal import DroverSystem
internal import Logging

extension ArbiterState {
    mutating func reap(_ pid: Int32, _ status: ExitStatus, _ now: Int64, _ actions: inout [ArbiterAction]) {
        guard let index = index(of: pid) else {
            // As process 1 of a container the arbiter inherits orphans; they are none of its business.
            actions.append(.log(.debug, "stranger_reaped", [LogField("pid", pid), LogField("status", status)]))
            return
        }
        let worker = workers.remove(at: index)
        actions.append(.vacate(row: worker.row, slot: worker.slot))
        report(worker, status, now, &actions)
        guard phase == .running else { return leaveIfAlone(&actions) }
        judge(worker, status, now)
        if !worker.wasReady, worker.holdsSlot || worker.stage == .killed {
            giveUpIfHopeless("the last ended with \(status)", now, &actions)
        }
    }

    /// Decides whether the slot has to wait before its next worker.
    private mutating func judge(_ worker: WorkerRecord, _ status: ExitStatus, _ now: Int64) {
        switch worker.stage {
        case .draining: return
        case .starting, .ready, .aborting, .killed: break
        }
        guard worker.wasReady else {
            bootFailures += 1
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

    /// Gives up when no worker was ever ready, enough boots have failed, and none is still trying.
    mutating func giveUpIfHopeless(_ last: String, _ now: Int64, _ actions: inout [ArbiterAction]) {
        guard phase == .running, !everReady, bootFailures >= Self.bootAttempts else { return }
        guard !workers.contains(where: { $0.isStarting }) else { return }
        let reason = "no worker became ready; \(last)"
        actions.append(.log(.error, "gave_up", [LogField("exit_code", 3), LogField("reason", reason)]))
        stop(quick: true, code: 3, now, &actions)
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
            fields.append(LogField("hint", "somebody killed it, perhaps the kernel for want of memory"))
        default: level = .error
        }
        actions.append(.log(level, "worker_exited", fields))
    }
}
