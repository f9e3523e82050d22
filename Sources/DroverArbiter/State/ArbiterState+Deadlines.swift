internal import DroverSystem
internal import Logging

// Everything that happens because time passes.

extension ArbiterState {
    // Later than this, the arbiter itself did not run.
    private static let lateness: Int64 = 2_000

    /// When the state machine wants its next `moment`, apart from hangs; nil is never.
    package func nextMoment(now: Int64) -> Int64? {
        var moments = workers.compactMap(\.deadline)
        if case .stopping(_, let deadline, _) = phase, workers.contains(where: { $0.stage != .killed }) {
            moments.append(deadline)
        }
        if let handoverDeadline { moments.append(handoverDeadline) }
        if phase == .running {
            let taken = Set(workers.lazy.filter { $0.generation == generation && $0.occupiesSlot }.map(\.slot))
            for slot in posts(of: generation) where !taken.contains(slot) {
                moments.append(backoffs[slot]?.notBefore ?? 0)
            }
            if policy.maxWorkerLifetime > 0 {
                moments += workers.filter { $0.isReady && !$0.isRetiring }.map(expiry)
            }
        }
        if policy.timeout > 0 {
            moments += workers.filter(\.canHang).compactMap { worker in
                worker.stoppedAt.map { max($0, awakeSince) + policy.timeout }
            }
        }
        return moments.min().flatMap { $0 == .max ? nil : $0 }
    }

    /// Notes for when a `moment` was promised, to tell a busy worker from a machine that slept.
    package mutating func expectMoment(at moment: Int64?) {
        promised = moment
    }

    mutating func check(_ busy: [Int32: Int64], _ now: Int64, _ actions: inout [ArbiterAction]) {
        if let promised, now - promised > Self.lateness {
            awakeSince = now
            self.promised = nil
            actions.append(.log(.warning, "arbiter_slept", [LogField("late_ms", now - promised)]))
        }
        for worker in workers { check(worker, busy[worker.pid] ?? 0, now, &actions) }
        if case .stopping(_, let deadline, _) = phase, now >= deadline {
            for worker in workers where worker.stage != .killed { kill(worker.pid, &actions) }
        }
    }

    private mutating func check(
        _ worker: WorkerRecord, _ busySince: Int64, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        switch worker.stage {
        case .starting(let deadline) where now >= deadline:
            actions.append(.log(.error, "boot_timeout", fields(worker, now - worker.startedAt)))
            kill(worker.pid, &actions)
            if worker.generation == reload?.generation {
                let limit = now - worker.startedAt
                reloadFailed("the new worker of slot \(worker.slot) was not ready within \(limit) ms", &actions)
            }
        case .draining(let deadline) where now >= deadline:
            actions.append(.reportInFlight(pid: worker.pid, row: worker.row))
            actions.append(.log(.warning, "drain_timeout", fields(worker, now - worker.startedAt)))
            kill(worker.pid, &actions)
        case .aborting(let deadline) where now >= deadline:
            kill(worker.pid, &actions)
        case .ready, .draining:
            retireIfOld(worker, now, &actions)
            let since = worker.stoppedAt ?? busySince
            guard policy.timeout > 0, since > 0, now - max(since, awakeSince) >= policy.timeout else { return }
            abort(worker, silentFor: now - since, now, &actions)
        case .starting, .aborting, .killed: return
        }
    }

    private func expiry(_ worker: WorkerRecord) -> Int64 { worker.startedAt + policy.maxWorkerLifetime }

    private mutating func retireIfOld(_ worker: WorkerRecord, _ now: Int64, _ actions: inout [ArbiterAction]) {
        guard policy.maxWorkerLifetime > 0, worker.isReady, !worker.isRetiring, now >= expiry(worker) else { return }
        update(worker.pid) { $0.isRetiring = true }
        actions.append(
            .log(
                .info, "worker_retiring",
                [LogField("slot", worker.slot), LogField("pid", worker.pid), LogField("reason", "lifetime")]))
    }

    private mutating func abort(
        _ worker: WorkerRecord, silentFor: Int64, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        actions.append(.log(.error, "worker_timeout", fields(worker, silentFor)))
        actions.append(.reportInFlight(pid: worker.pid, row: worker.row))
        actions.append(.signal(.abort, pid: worker.pid))
        let deadline = now + policy.abortGrace
        update(worker.pid) { $0.stage = .aborting(deadline: deadline) }
    }

    private func fields(_ worker: WorkerRecord, _ milliseconds: Int64) -> [LogField] {
        [
            LogField("slot", worker.slot), LogField("pid", worker.pid), LogField("generation", worker.generation),
            LogField("after_ms", milliseconds),
        ]
    }
}
