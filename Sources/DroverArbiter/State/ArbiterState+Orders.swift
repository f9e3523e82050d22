internal import DroverSystem
internal import Logging

// What clients of the control socket ask for. Each gets one answer, when it is known how the matter ended.

/// A client that waits.
struct Ticket: Equatable, Sendable {
    /// What has to come about.
    enum Goal: Equatable, Sendable {
        case reload
        case upgrade
        case reopening
        /// So many workers, all ready.
        case strength(Int)
        /// The worker with this process id gone, and its slot filled by another.
        case replacement(pid: Int32, slot: Int)
        case stop
    }

    let client: Int
    let goal: Goal
}

extension ArbiterState {
    mutating func obey(_ order: ArbiterOrder, _ client: Int, _ now: Int64, _ actions: inout [ArbiterAction]) {
        func refuse(_ reason: String) { actions.append(.answer(client: client, status: 1, text: reason)) }
        guard phase == .running || order == .stop || order == .reopenLogs else { return refuse("the server stops") }
        switch order {
        case .reload: beginReload(for: client, &actions)
        case .upgrade: beginUpgrade(for: client, &actions)
        case .scale(let wanted):
            guard (1...Self.mostWorkers).contains(wanted) else {
                return refuse("there can be 1 to \(Self.mostWorkers) workers, not \(wanted)")
            }
            scale(to: wanted, &actions)
            tickets.append(Ticket(client: client, goal: .strength(wanted)))
        case .drain(let slot): relieve(slot, client, &actions)
        case .kill(let slot):
            guard let worker = workers.last(where: { $0.slot == slot && $0.stage != .killed }) else {
                return refuse("slot \(slot) has no worker")
            }
            actions.append(.reportInFlight(pid: worker.pid, row: worker.row))
            kill(worker.pid, &actions)
            backoffs[slot] = nil
            tickets.append(Ticket(client: client, goal: .replacement(pid: worker.pid, slot: slot)))
        case .reopenLogs: reopenLogs(for: client, &actions)
        case .stop:
            tickets.append(Ticket(client: client, goal: .stop))
            if phase == .running { stop(quick: false, now, &actions) }
        }
    }

    private mutating func relieve(_ slot: Int, _ client: Int, _ actions: inout [ArbiterAction]) {
        guard let worker = workers.last(where: { $0.slot == slot && $0.generation == generation && $0.isReady }) else {
            actions.append(.answer(client: client, status: 1, text: "slot \(slot) has no worker that is ready"))
            return
        }
        update(worker.pid) {
            $0.isRetiring = true
            $0.isOrderedAway = true
        }
        tickets.append(Ticket(client: client, goal: .replacement(pid: worker.pid, slot: slot)))
    }

    /// Answers every client that waits for `goal`.
    mutating func answer(_ goal: Ticket.Goal, _ status: Int32, _ text: String, _ actions: inout [ArbiterAction]) {
        for ticket in tickets where ticket.goal == goal {
            actions.append(.answer(client: ticket.client, status: status, text: text))
        }
        tickets.removeAll { $0.goal == goal }
    }

    /// Answers those whose matter has come to an end.
    mutating func settle(_ actions: inout [ArbiterAction]) {
        guard !tickets.isEmpty else { return }
        tickets = tickets.filter { ticket in
            guard let (status, text) = outcome(of: ticket.goal) else { return true }
            actions.append(.answer(client: ticket.client, status: status, text: text))
            return false
        }
    }

    private func outcome(of goal: Ticket.Goal) -> (Int32, String)? {
        if phase == .over { return goal == .stop ? (0, "stopped") : (1, "the server has stopped") }
        guard phase == .running else {
            if goal == .stop || goal == .reopening { return nil }
            return (1, "the server stops")
        }
        switch goal {
        case .reload, .upgrade, .reopening, .stop: return nil
        case .strength(let wanted):
            if wanted != target { return (1, "something else has changed the number of workers to \(target)") }
            if let slot = hopelessSlot(0..<target) { return (1, "slot \(slot): its workers do not become ready") }
            let surplus = workers.contains { $0.slot >= wanted && $0.generation == generation }
            return isComplete(0..<target, generation) && !surplus ? (0, "\(target) workers are ready") : nil
        case .replacement(let pid, let slot):
            if workers.contains(where: { $0.pid == pid }) { return nil }
            if slot >= target { return (0, "slot \(slot) is empty") }
            if hopelessSlot(slot..<(slot + 1)) != nil { return (1, "slot \(slot): its workers do not become ready") }
            guard let successor = workers.first(where: { $0.slot == slot && $0.isReady }) else { return nil }
            return (0, "slot \(slot): worker \(pid) was replaced by \(successor.pid)")
        }
    }

    private func hopelessSlot(_ slots: Range<Int>) -> Int? {
        slots.first { (backoffs[$0]?.failures ?? 0) >= Self.bootAttempts }
    }
}
