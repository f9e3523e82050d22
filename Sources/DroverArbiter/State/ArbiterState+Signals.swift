internal import DroverSystem
internal import Logging

extension ArbiterState {
    // As many as the configuration may ask for.
    static let mostWorkers = 1024

    mutating func receive(_ signal: Signal, _ now: Int64, _ actions: inout [ArbiterAction]) {
        switch signal {
        case .terminate:
            if case .stopping = phase { stop(quick: true, now, &actions) } else { stop(quick: false, now, &actions) }
        case .interrupt, .quit: stop(quick: true, now, &actions)
        case .user1: reopenLogs(&actions)
        case .terminalInput: scale(to: target + 1, &actions)
        case .terminalOutput: scale(to: target - 1, &actions)
        case .windowChange: withdraw(&actions)
        case .hangUp: beginReload(&actions)
        case .user2: beginUpgrade(&actions)
        default: break
        }
    }

    /// Stops as SIGTERM does, but nothing that has begun already is hastened: it is no command, and may come twice.
    mutating func terminalClosed(_ now: Int64, _ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        actions.append(.log(.info, "terminal_closed", []))
        stop(quick: false, now, &actions)
    }

    mutating func scale(to number: Int, _ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        let wanted = min(max(number, 1), Self.mostWorkers)
        guard wanted != target else { return }
        actions.append(.log(.info, "workers_changed", [LogField("from", target), LogField("to", wanted)]))
        // What an operator wants now counts for a generation that is about to take over, too.
        reload?.plan.workers = wanted
        plan.workers = wanted
        backoffs = backoffs.filter { $0.key < wanted }
    }

    private mutating func withdraw(_ actions: inout [ArbiterAction]) {
        guard phase == .running, !isWithdrawn else { return }
        if reload != nil { reloadFailed("the workers were sent away (SIGWINCH)", &actions) }
        isWithdrawn = true
        completeSince = nil
        actions.append(.log(.info, "workers_withdrawn", [LogField("workers", target)]))
    }

    mutating func reopenLogs(for client: Int? = nil, _ actions: inout [ArbiterAction]) {
        if let client { tickets.append(Ticket(client: client, goal: .reopening)) }
        actions.append(.reopenLogs)
        for worker in workers where worker.stage != .killed { actions.append(.signal(.user1, pid: worker.pid)) }
    }

    mutating func logsReopened(_ actions: inout [ArbiterAction]) {
        actions.append(.log(.info, "logs_reopened", []))
        answer(.reopening, 0, "logs reopened", &actions)
    }

    /// The log has the reason already.
    mutating func logsKept(_ reason: String, _ actions: inout [ArbiterAction]) {
        answer(.reopening, 1, "reopen failed, the old file stays in use: \(reason)", &actions)
    }
}
