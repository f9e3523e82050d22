internal import DroverSystem
internal import Logging

// A new arbiter, of a new binary perhaps, gets the listening sockets and starts its own herd beside this one. This
// arbiter drains itself when the new one says that it is ready, and goes on if it is not.

/// How far the replacement of this arbiter by a new one is.
package enum Upgrade: Equatable, Sendable {
    case none
    /// The new arbiter runs, its workers are not ready yet.
    case started(pid: Int32)
    /// It serves.
    case ready(pid: Int32)

    /// The new arbiter's process id.
    package var pid: Int32? {
        switch self {
        case .none: nil
        case .started(let pid), .ready(let pid): pid
        }
    }
}

extension ArbiterState {
    /// Begins an upgrade, on behalf of a client of the control socket or of a signal.
    mutating func beginUpgrade(for client: Int? = nil, _ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        let obstacle: String? =
            if let pid = upgrade.pid {
                "the new arbiter \(pid) is there already"
            } else if hasElder {
                "the arbiter that this one replaces is still there; end it first"
            } else {
                nil
            }
        if let obstacle {
            actions.append(.log(.warning, "upgrade_refused", [LogField("reason", obstacle)]))
            if let client { actions.append(.answer(client: client, status: 1, text: "upgrade refused: \(obstacle)")) }
            return
        }
        if let client { tickets.append(Ticket(client: client, goal: .upgrade)) }
        actions.append(.startUpgrade)
    }

    mutating func upgradeStarted(_ pid: Int32, _ executable: String, _ actions: inout [ArbiterAction]) {
        upgrade = .started(pid: pid)
        actions.append(.log(.info, "upgrade_started", [LogField("pid", pid), LogField("executable", executable)]))
    }

    mutating func upgradeFailed(_ reason: String, _ actions: inout [ArbiterAction]) {
        upgrade = .none
        actions.append(.log(.error, "upgrade_failed", [LogField("reason", reason)]))
        answer(.upgrade, 1, "upgrade failed, this arbiter goes on: \(reason)", &actions)
    }

    /// The new arbiter's workers accept: it takes over.
    mutating func handOver(_ now: Int64, _ actions: inout [ArbiterAction]) {
        guard case .started(let pid) = upgrade else { return }
        upgrade = .ready(pid: pid)
        actions.append(.log(.info, "upgrade_ready", [LogField("pid", pid)]))
        answer(.upgrade, 0, "upgraded: arbiter \(pid) serves", &actions)
        if !policy.upgradesByHand { stop(quick: false, now, &actions) }
    }

    /// The new arbiter has ended.
    mutating func upgradeEnded(_ status: ExitStatus, _ actions: inout [ArbiterAction]) {
        switch upgrade {
        case .none: return
        case .started(let pid): upgradeFailed("the new arbiter \(pid) ended before it was ready: \(status)", &actions)
        case .ready(let pid):
            upgrade = .none
            actions.append(.log(.warning, "upgrade_ended", [LogField("pid", pid), LogField("status", status)]))
        }
    }

    mutating func elderGone(_ actions: inout [ArbiterAction]) {
        guard hasElder else { return }
        hasElder = false
        actions.append(.log(.info, "elder_gone", []))
    }
}
