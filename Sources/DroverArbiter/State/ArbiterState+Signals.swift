internal import DroverSystem
internal import Logging

extension ArbiterState {
    mutating func receive(_ signal: Signal, _ now: Int64, _ actions: inout [ArbiterAction]) {
        switch signal {
        case .terminate:
            if case .stopping = phase { stop(quick: true, now, &actions) } else { stop(quick: false, now, &actions) }
        case .interrupt, .quit: stop(quick: true, now, &actions)
        case .user1: reopenLogs(&actions)
        case .terminalInput: scale(by: 1, &actions)
        case .terminalOutput: scale(by: -1, &actions)
        case .windowChange: withdraw(&actions)
        case .hangUp: returnOrRefuse(&actions)
        case .user2:
            actions.append(
                .log(
                    .warning, "upgrade_unavailable", [LogField("reason", "this version cannot replace its own binary")])
            )
        default: break
        }
    }

    /// Begins to stop, or hastens a stop that has begun.
    mutating func stop(quick: Bool, code: Int32 = 0, _ now: Int64, _ actions: inout [ArbiterAction]) {
        var code = code
        switch phase {
        case .over: return
        case .stopping(_, _, true): return
        case .stopping(let earlier, _, false):
            guard quick else { return }
            code = earlier
        case .running: actions.append(.closeListeners)
        }
        let patience = quick ? policy.quickGrace : policy.graceful + policy.quickGrace
        phase = .stopping(code: code, deadline: now + patience, quick: quick)
        actions.append(
            .log(
                .info, "stopping", [LogField("mode", quick ? "quick" : "graceful"), LogField("workers", workers.count)])
        )
        for worker in workers {
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

    private mutating func scale(by step: Int, _ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        let wanted = min(max(target + step, 1), Self.most)
        guard wanted != target else { return }
        actions.append(.log(.info, "workers_changed", [LogField("from", target), LogField("to", wanted)]))
        target = wanted
        backoffs = backoffs.filter { $0.key < wanted }
    }

    // As many as the configuration may ask for.
    private static let most = 1024

    private mutating func withdraw(_ actions: inout [ArbiterAction]) {
        guard phase == .running, !isWithdrawn else { return }
        isWithdrawn = true
        actions.append(.log(.info, "workers_withdrawn", [LogField("workers", target)]))
    }

    // A herd that SIGWINCH sent away comes back on SIGHUP, as with gunicorn and nginx.
    private mutating func returnOrRefuse(_ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        guard isWithdrawn else {
            actions.append(
                .log(
                    .warning, "reload_unavailable",
                    [LogField("reason", "this version cannot reload; restart it to read the configuration again")]))
            return
        }
        isWithdrawn = false
        actions.append(.log(.info, "workers_returning", [LogField("workers", target)]))
    }

    private func reopenLogs(_ actions: inout [ArbiterAction]) {
        actions.append(.reopenLogs)
        for worker in workers where worker.stage != .killed { actions.append(.signal(.user1, pid: worker.pid)) }
        actions.append(.log(.info, "logs_reopened", []))
    }
}
