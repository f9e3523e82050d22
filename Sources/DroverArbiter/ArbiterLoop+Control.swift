internal import DroverCore
internal import DroverSystem
internal import Logging

// The driver's part of the control socket: what clients want goes to the state machine, and its answers back.

extension ArbiterLoop {
    mutating func serveControl() {
        guard let control else { return }
        for call in control.serve(now: MonotonicClock.milliseconds()) {
            if call.request.command.onlyLooks {
                let snapshot = snapshot()
                let answer = ControlReport.answer(
                    to: call.request, snapshot: { snapshot }, configuration: source.text(json:))
                if let answer { control.answer(call.client, answer, now: MonotonicClock.milliseconds()) }
            } else if let order = ArbiterOrder(call.request.command) {
                logger.event(.info, "order", ["command": call.request.command.words.joined(separator: " ")])
                tell(.order(order, client: call.client))
            }
        }
    }

    func snapshot() -> ArbiterSnapshot {
        let now = MonotonicClock.nanoseconds()
        var snapshot = ArbiterSnapshot(
            pid: currentProcess, name: identity.name, version: identity.version, generation: state.generation,
            uptime: now / 1_000_000 - identity.startedAt, phase: state.phaseName, undertaking: state.undertaking,
            target: state.target)
        for counted in retired.values { snapshot.totals += counted }
        for record in state.workers {
            let worker = ArbiterSnapshot.Worker(record, row: scoreboard.row(record.row), now: now)
            snapshot.totals += worker.totals
            snapshot.workers.append(worker)
        }
        snapshot.workers.sort { ($0.slot, $0.pid) < ($1.slot, $1.pid) }
        snapshot.listeners = listeners.listeners.map {
            ArbiterSnapshot.Listener($0.settings, address: $0.address, sockets: $0.descriptors)
        }
        return snapshot
    }
}

/// Who the arbiter is, for those who ask.
struct ArbiterIdentity: Sendable {
    let name: String
    let version: String
    /// Monotonic ms.
    let startedAt: Int64
}

extension ArbiterOrder {
    /// What a command has done; nil for one that only looks.
    init?(_ command: ControlCommand) {
        switch command {
        case .status, .workers, .listeners, .config: return nil
        case .reload: self = .reload
        case .upgrade: self = .upgrade
        case .scale(let count): self = .scale(count)
        case .drain(let slot): self = .drain(slot: slot)
        case .kill(let slot): self = .kill(slot: slot)
        case .reopen: self = .reopenLogs
        case .stop: self = .stop
        }
    }
}

extension ArbiterState {
    /// What the arbiter is about, in a word.
    var phaseName: String {
        switch phase {
        case .running: isWithdrawn ? "withdrawn" : "running"
        case .stopping(_, _, let quick): quick ? "stopping quickly" : "stopping"
        case .over: "over"
        }
    }

    /// What it is in the middle of.
    var undertaking: String? {
        if let reload { return "reloading: generation \(reload.generation)" }
        switch upgrade {
        case .started(let pid): return "upgrading: arbiter \(pid) boots"
        case .ready(let pid): return "upgrading: arbiter \(pid) serves"
        case .none: return hasElder ? "upgrading: the old arbiter is still there" : nil
        }
    }
}
