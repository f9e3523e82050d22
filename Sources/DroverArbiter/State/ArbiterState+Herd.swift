internal import DroverSystem
internal import Logging

// Keeping the herd as it should be: one worker a slot, a successor before an old one leaves.

extension ArbiterState {
    /// The places that `generation` is to fill now.
    func posts(of generation: Int) -> [Int] {
        if generation == self.generation {
            return isWithdrawn ? [] : plan.posts + (completeSince == nil ? [] : plan.announcers)
        }
        return reload?.generation == generation ? reload?.plan.posts ?? [] : []
    }

    /// How many slots, from 0, have a worker that accepts; nil while none has.
    package var openSlots: Int? {
        workers.lazy.filter { $0.generation == generation && $0.isReady && !$0.isCompanion }.map(\.slot).max().map {
            $0 + 1
        }
    }

    /// How many slots, from 0, have a worker or are to have one, of whatever generation.
    package var neededSlots: Int {
        max(target, reload?.plan.workers ?? 0, (workers.map(\.slot).max() ?? -1) + 1)
    }

    /// Starts what is missing and sends away what is too much.
    mutating func reconcile(_ now: Int64, _ actions: inout [ArbiterAction]) {
        fill(generation, now, &actions)
        if let reload { fill(reload.generation, now, &actions) }
        var wanted: [Int: Set<Int>] = [:]
        for worker in workers where worker.holdsSlot && !worker.isCompanion {
            let slots = wanted[worker.generation] ?? Set(posts(of: worker.generation))
            wanted[worker.generation] = slots
            // A herd that is announced somewhere is still needed there.
            if slots.isEmpty, hasAnnouncer(worker.generation) { continue }
            if !slots.contains(worker.slot) { drain(worker.pid, now, &actions) }
        }
    }

    private mutating func fill(_ generation: Int, _ now: Int64, _ actions: inout [ArbiterAction]) {
        var taken: Set<Int> = []
        var retiring: [Int: WorkerRecord] = [:]
        for worker in workers where worker.generation == generation && worker.occupiesSlot {
            // A worker that is to be replaced stays until its successor is ready.
            if worker.isRetiring && worker.isReady { retiring[worker.slot] = worker } else { taken.insert(worker.slot) }
        }
        var budget = policy.maxUnavailable - unavailable(taken, retiring)
        for slot in posts(of: generation) where !taken.contains(slot) {
            let post = Post(slot: slot, generation: generation)
            guard !spawning.contains(post) else { continue }
            // The back-off is the old generation's, whose mistakes a new one need not share.
            if generation == self.generation, now < (backoffs[slot]?.notBefore ?? 0) { continue }
            if let worker = retiring[slot], !worker.isOrderedAway {
                guard reload == nil, budget > 0 else { continue }
                budget -= 1
            }
            spawning.insert(post)
            actions.append(.spawn(slot: slot, generation: generation))
        }
    }

    /// How many workers are missing, booting or about to be relieved.
    private func unavailable(_ taken: Set<Int>, _ retiring: [Int: WorkerRecord]) -> Int {
        let booting = workers.count { $0.generation == generation && !$0.isCompanion && $0.isStarting }
        let missing = (0..<target).count { !taken.contains($0) && retiring[$0] == nil }
        return booting + missing
    }

    mutating func adopt(_ pid: Int32, row: Int, _ post: Post, _ now: Int64, _ actions: inout [ArbiterAction]) {
        spawning.remove(post)
        let policy = policy(of: post.generation)
        let stage = WorkerRecord.Stage.starting(deadline: policy.boot > 0 ? now + policy.boot : .max)
        workers.append(
            WorkerRecord(
                pid: pid, row: row, slot: post.slot, generation: post.generation, startedAt: now,
                graceful: policy.graceful, isAnnouncer: plan.isAnnouncer(post.slot), stage: stage))
        actions.append(
            .log(
                .debug, "worker_started",
                [LogField("slot", post.slot), LogField("pid", pid), LogField("generation", post.generation)]))
        // The stop may have come between the decision and the fork.
        if phase != .running { kill(pid, &actions) }
    }

    private func policy(of generation: Int) -> ArbiterPolicy {
        if let reload, reload.generation == generation { return reload.plan.policy }
        return plan.policy
    }

    mutating func spawnFailed(
        _ post: Post, _ reason: String, _ permanent: Bool, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        spawning.remove(post)
        if post.generation == reload?.generation {
            return reloadFailed("slot \(post.slot) could not be started: \(reason)", &actions)
        }
        backoffs[post.slot, default: RespawnBackoff()].fail(now: now)
        actions.append(.log(.warning, "fork_failed", [LogField("slot", post.slot), LogField("reason", reason)]))
        if post.slot < 0 { return }
        bootFailures += permanent ? Self.bootAttempts : 1
        giveUpIfHopeless("the last could not be started: \(reason)", now, &actions)
    }

    mutating func becameReady(
        _ pid: Int32, after microseconds: Int64, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        guard let index = index(of: pid), workers[index].isStarting else { return }
        workers[index].stage = .ready(since: now)
        workers[index].wasReady = true
        let worker = workers[index]
        actions.append(
            .log(
                .info, worker.isCompanion ? "companion_ready" : "worker_ready",
                [
                    LogField("slot", worker.slot), LogField("pid", pid), LogField("generation", worker.generation),
                    LogField("boot_ms", Double(microseconds) / 1000),
                ]))
        if !worker.isCompanion, worker.generation == generation {
            everReady = true
            bootFailures = 0
        }
        for other in workers
        where other.slot == worker.slot && other.generation == worker.generation && other.pid != pid
            && other.isRetiring && other.isReady
        {
            drain(other.pid, now, &actions)
        }
        // First of all: a reload during the start may be the generation that is complete first.
        commitIfComplete(now, &actions)
    }

    /// Whether each of `slots` has a worker of `generation` that is ready.
    func isComplete(_ slots: some Sequence<Int>, _ generation: Int) -> Bool {
        let ready = Set(workers.lazy.filter { $0.generation == generation && $0.isReady }.map(\.slot))
        return slots.allSatisfy(ready.contains)
    }

    /// Tells a worker to finish what it has; one that is not ready yet has nothing to finish.
    mutating func drain(_ pid: Int32, _ now: Int64, _ actions: inout [ArbiterAction]) {
        guard let index = index(of: pid), workers[index].holdsSlot else { return }
        if workers[index].isAnnouncer { return silence(pid, within: policy.announcerGrace, now, &actions) }
        if workers[index].isStarting { return kill(pid, &actions) }
        workers[index].stage = .draining(deadline: now + workers[index].graceful + policy.quickGrace)
        actions.append(.signal(.terminate, pid: pid))
    }

    mutating func kill(_ pid: Int32, _ actions: inout [ArbiterAction]) {
        update(pid) { $0.stage = .killed }
        actions.append(.signal(.kill, pid: pid))
    }

    /// Companions go last: when no worker of their generation is left that could need them.
    mutating func dismissCompanions(_ now: Int64, _ actions: inout [ArbiterAction]) {
        for companion in workers where companion.isCompanion && !companion.isAnnouncer && companion.holdsSlot {
            if phase == .running, posts(of: companion.generation).contains(companion.slot) { continue }
            if workers.contains(where: { !$0.isCompanion && $0.generation == companion.generation }) { continue }
            drain(companion.pid, now, &actions)
        }
    }
}
