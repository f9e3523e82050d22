internal import DroverSystem
internal import Logging

// Keeping the herd as it should be: one worker a slot, a successor before an old one leaves.

extension ArbiterState {
    /// Starts what is missing and sends away what is too much.
    mutating func reconcile(_ now: Int64, _ actions: inout [ArbiterAction]) {
        for slot in 0..<wanted where !spawning.contains(slot) {
            let holders = workers.filter { $0.slot == slot && $0.occupiesSlot }
            // A worker that asked to be replaced stays until its successor is ready.
            guard holders.allSatisfy({ $0.isRetiring && $0.isReady }) else { continue }
            guard now >= backoffs[slot, default: RespawnBackoff()].notBefore else { continue }
            spawning.insert(slot)
            actions.append(.spawn(slot: slot, generation: generation))
        }
        for worker in workers where worker.holdsSlot && worker.slot >= wanted { drain(worker.pid, now, &actions) }
    }

    mutating func adopt(
        _ pid: Int32, row: Int, slot: Int, generation: Int, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        spawning.remove(slot)
        let stage = WorkerRecord.Stage.starting(deadline: policy.boot > 0 ? now + policy.boot : .max)
        workers.append(
            WorkerRecord(pid: pid, row: row, slot: slot, generation: generation, startedAt: now, stage: stage))
        actions.append(
            .log(
                .debug, "worker_started",
                [LogField("slot", slot), LogField("pid", pid), LogField("generation", generation)]))
        // The stop may have come between the decision and the fork.
        if phase != .running { kill(pid, &actions) }
    }

    mutating func spawnFailed(
        _ slot: Int, _ reason: String, _ permanent: Bool, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        spawning.remove(slot)
        backoffs[slot, default: RespawnBackoff()].fail(now: now)
        bootFailures += permanent ? Self.bootAttempts : 1
        actions.append(.log(.warning, "fork_failed", [LogField("slot", slot), LogField("reason", reason)]))
        giveUpIfHopeless("the last could not be forked: \(reason)", now, &actions)
    }

    mutating func becameReady(
        _ pid: Int32, after microseconds: Int64, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        guard let index = index(of: pid), workers[index].isStarting else { return }
        workers[index].stage = .ready(since: now)
        workers[index].wasReady = true
        everReady = true
        bootFailures = 0
        let worker = workers[index]
        actions.append(
            .log(
                .info, "worker_ready",
                [
                    LogField("slot", worker.slot), LogField("pid", pid), LogField("generation", worker.generation),
                    LogField("boot_ms", Double(microseconds) / 1000),
                ]))
        for other in workers where other.slot == worker.slot && other.isRetiring && other.isReady && other.pid != pid {
            drain(other.pid, now, &actions)
        }
    }

    /// Tells a worker to finish what it has; one that is not ready yet has nothing to finish.
    mutating func drain(_ pid: Int32, _ now: Int64, _ actions: inout [ArbiterAction]) {
        guard let index = index(of: pid), workers[index].holdsSlot else { return }
        if workers[index].isStarting { return kill(pid, &actions) }
        workers[index].stage = .draining(deadline: now + policy.graceful + policy.quickGrace)
        actions.append(.signal(.terminate, pid: pid))
    }

    mutating func kill(_ pid: Int32, _ actions: inout [ArbiterAction]) {
        update(pid) { $0.stage = .killed }
        actions.append(.signal(.kill, pid: pid))
    }
}
