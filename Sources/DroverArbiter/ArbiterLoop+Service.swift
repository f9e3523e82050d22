internal import DroverCore
internal import DroverSystem

// What the service manager hears.

extension ArbiterLoop {
    /// The herd in a line, as `systemctl status` shows it.
    var serviceStatus: String {
        let workers = state.workers.filter { !$0.isCompanion }
        let ready = workers.count { $0.isReady }
        switch state.phase {
        case .stopping, .over: return "stopping, \(workers.count) workers are left"
        case .running where state.isWithdrawn: return "withdrawn, \(workers.count) workers are left"
        case .running:
            let progress = state.reload.map { "; generation \($0.generation) boots" } ?? ""
            return "\(ready) of \(state.target) workers ready, generation \(state.generation)\(progress)"
        }
    }

    /// Says what has changed; returns the moment of the next sign of life, in monotonic ms.
    mutating func notifyService(now: Int64) -> Int64? {
        guard service.isActive else { return nil }
        // Before all workers are there for the first time, `ready` is the first thing to say.
        if state.hasServed { service.status(serviceStatus) }
        return service.signOfLife(now: now)
    }

    /// A reload has begun; before the service is ready for the first time that is part of its start.
    mutating func reloadBegins() {
        if state.hasServed { service.reloading() }
    }

    /// A reload is over, with or without success.
    mutating func reloadEnds() {
        if state.hasServed { service.ready(serviceStatus) }
    }

    /// No other arbiter is left.
    mutating func elderHasLeft() {
        // The manager has ignored what was said before, while the elder was the main process.
        if state.hasServed { service.takeOver(serviceStatus) }
    }

    /// The successor serves.
    mutating func successorServes() {
        if let pid = state.upgrade.pid { service.handOver(to: pid) }
    }

    /// The successor has gone; to be called when the state machine has heard of it.
    mutating func successorHasLeft() {
        if state.phase == .running { listeners.claim() }
        if state.phase == .running { service.resume(serviceStatus) }
    }
}
