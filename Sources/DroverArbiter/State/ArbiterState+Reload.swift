internal import DroverSystem
internal import Logging

// A reload is a transaction: the new generation accepts nothing before all of it is ready, and the old one leaves only
// then. Whatever fails before that leaves the old one as it was.

/// A generation that boots while the old one serves.
package struct PendingReload: Equatable, Sendable {
    package let generation: Int
    package var plan: HerdPlan
    let startedAt: Int64
    /// How many workers were ended from outside before they were ready.
    var accidents = 0
}

extension ArbiterState {
    /// Begins a reload, or brings back a herd that was sent away.
    ///
    /// A herd that SIGWINCH sent away comes back as it was on SIGHUP, as with gunicorn and nginx: that is how an upgrade
    /// is undone, and then the file may already be the new one's.
    mutating func beginReload(for client: Int? = nil, _ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        if isWithdrawn {
            isWithdrawn = false
            if let client { tickets.append(Ticket(client: client, goal: .strength(target))) }
            actions.append(.log(.info, "workers_returning", [LogField("workers", target)]))
            return
        }
        if reload != nil { reloadFailed("a newer reload has been asked for", &actions) }
        // Not before: the older one's clients have their answer now.
        if let client { tickets.append(Ticket(client: client, goal: .reload)) }
        lastGeneration += 1
        actions.append(.prepareReload(generation: lastGeneration))
    }

    mutating func startReload(_ generation: Int, _ plan: HerdPlan, _ now: Int64, _ actions: inout [ArbiterAction]) {
        guard phase == .running else {
            actions.append(.abandon(generation: generation))
            return
        }
        reload = PendingReload(generation: generation, plan: plan, startedAt: now)
        actions.append(
            .log(.info, "reloading", [LogField("generation", generation), LogField("workers", plan.workers)]))
    }

    /// Ends a reload for which no new generation is needed.
    mutating func renewed(_ addresses: [String], _ actions: inout [ArbiterAction]) {
        let list = addresses.joined(separator: ",")
        actions.append(
            .log(
                .info, "renewed",
                [LogField("generation", generation), LogField("workers", plan.workers), LogField("listeners", list)]))
        // Who reloads after rotating the logs wants that at any rate.
        reopenLogs(&actions)
        answer(
            .reload, 0,
            "renewed: \(list) goes on with its files as they are now; nothing else has changed, so generation "
                + "\(generation) and its workers stay",
            &actions)
    }

    /// Puts the new generation in force when each of its places is filled.
    mutating func commitIfComplete(_ now: Int64, _ actions: inout [ArbiterAction]) {
        guard phase == .running, let reload, isComplete(reload.plan.posts, reload.generation) else { return }
        self.reload = nil
        generation = reload.generation
        plan = reload.plan
        backoffs = [:]
        completeSince = now
        everReady = true
        bootFailures = 0
        actions.append(.commit(generation: generation))
        let duration = now - reload.startedAt
        actions.append(
            .log(
                .info, "reloaded",
                [
                    LogField("generation", generation), LogField("workers", plan.workers),
                    LogField("after_ms", duration),
                ]))
        answer(.reload, 0, "reloaded: generation \(generation), \(plan.workers) workers, \(duration) ms", &actions)
    }

    /// Ends a reload that cannot be completed; the old generation goes on.
    mutating func reloadFailed(_ reason: String, _ actions: inout [ArbiterAction]) {
        if let reload {
            actions.append(.abandon(generation: reload.generation))
            self.reload = nil
        }
        actions.append(
            .log(
                .error, "reload_failed", [LogField("reason", reason), LogField("serving", "generation \(generation)")])
        )
        answer(.reload, 1, "reload failed, generation \(generation) goes on: \(reason)", &actions)
    }

    /// A process of the new generation has ended before that generation was in force.
    mutating func reloadLost(_ worker: WorkerRecord, _ status: ExitStatus, _ actions: inout [ArbiterAction]) {
        guard var reload else { return }
        reload.accidents += 1
        self.reload = reload
        // A SIGKILL from outside is meant for the process and not for the program; but not again and again.
        if case .signaled(.kill, _) = status, worker.stage != .killed, reload.accidents < Self.bootAttempts { return }
        let what = worker.isCompanion ? "companion" : "worker"
        let when = worker.wasReady ? "right after it was ready" : "before it was ready"
        reloadFailed("the new \(what) of slot \(worker.slot) ended \(when): \(status)", &actions)
    }
}
