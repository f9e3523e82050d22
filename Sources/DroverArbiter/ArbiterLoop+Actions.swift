internal import DroverCore
internal import DroverSystem
internal import Logging

// What the state machine wants done.

extension ArbiterLoop {
    mutating func perform(_ action: ArbiterAction) -> ArbiterEvent? {
        switch action {
        case .spawn(let slot, let generation): return spawn(slot, generation)
        case .signal(let signal, let pid):
            send(signal, to: pid)
            if signal == .kill { send(signal, toGroup: pid) }
        case .vacate(let row, let slot):
            retired[slot, default: ScoreboardTotals()] += scoreboard.row(row).totals
            scoreboard.row(row).vacate()
            wakeGated()
        case .reportInFlight(let pid, let row): InFlightReport(row: scoreboard.row(row), pid: pid).log(to: logger)
        case .announceReady:
            if succession.isSuccessor { listeners.claim() }
            succession.announce()
            service.takeOver(serviceStatus)
            runHook("whenReady") { try $0.whenReady($1) }
        case .prepareReload(let generation):
            reloadBegins()
            return prepareReload(generation)
        case .commit(let generation): commit(generation)
        case .abandon(let generation): abandon(generation)
        case .startUpgrade: return startUpgrade()
        case .answer(let client, let status, let text):
            control?.conclude(client, status: status, outcome: text, now: MonotonicClock.milliseconds())
        case .closeListeners:
            service.stopping(elder: state.hasElder ? succession.elderID : nil)
            closeListeners()
        case .reopenLogs: return reopenLogs()
        case .log(let level, let name, let fields): logger.event(level, name, fields: fields)
        case .leave(let code): exitCode = code
        }
        return nil
    }

    private func spawn(_ slot: Int, _ generation: Int) -> ArbiterEvent {
        guard let configuration = configurations[generation] else {
            preconditionFailure("generation \(generation) has no configuration")
        }
        if slot >= 0 { runHook("preFork") { try $0.preFork($1, slot: slot, generation: generation) } }
        do {
            let inherited = try listeners.inherited(slot: slot, generation: generation)
            // A queue that a second worker holds open without reading it would not end with its own.
            let foreign = listeners.descriptors.filter { number in !inherited.contains { $0.descriptor == number } }
            let own = (succession.elderDescriptor.map { [$0] } ?? []) + (pidFile?.descriptors ?? [])
            let closed = descriptors.forChildren(beside: foreign + (control?.descriptors ?? []) + own)
            let (pid, row) = try configuration.inFolder {
                try spawner.spawn(
                    slot: slot, generation: generation, configuration, listeners: inherited,
                    addresses: slot < 0 ? listeners.addresses(of: generation) : [], closed)
            }
            return .spawned(pid: pid, row: row, slot: slot, generation: generation)
        } catch {
            return .spawnFailed(
                slot: slot, generation: generation, reason: "\(error)", permanent: error is ThreadsRunning)
        }
    }

    private func reopenLogs() -> ArbiterEvent {
        do {
            let failures = try source.current.inFolder { logs.reopen() }
            return failures.isEmpty ? .logsReopened : .logsKept(reason: failures.joined(separator: "; "))
        } catch {
            logger.event(.error, "reopen_failed", ["error": "\(error)"])
            return .logsKept(reason: "\(error)")
        }
    }

    /// Does something for which a configuration's relative paths count, and says so if its folder cannot be entered.
    func inFolder(of configuration: ServerConfiguration, _ body: () -> Void) {
        do { try configuration.inFolder(body) } catch { logger.event(.error, "folder_failed", ["error": "\(error)"]) }
    }

    // The herd has changed: who stays off the wait queue may belong on it now.
    func wakeGated() {
        for index in 0..<scoreboard.used {
            let row = scoreboard.row(index)
            if row.isGated, row.state.accepts, row.pid > 0 { send(.urgent, to: row.pid) }
        }
    }
}
