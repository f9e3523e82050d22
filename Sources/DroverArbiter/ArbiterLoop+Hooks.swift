internal import DroverCore
internal import DroverSystem

// Where the user's hooks run in the arbiter.

extension ArbiterLoop {
    /// What hooks hear about this arbiter.
    var info: ArbiterInfo {
        ArbiterInfo(
            pid: currentProcess, name: identity.name, generation: state.generation, workers: state.target)
    }

    func runHook(_ name: String, _ body: (any ServerHooks, ArbiterInfo) throws -> Void) {
        if spawner.hooks.isEmpty { return }
        let info = info
        spawner.hooks.runInArbiter(name, logger) { try body($0, info) }
    }

    /// To be called before the state machine hears of it, and forgets the worker.
    func workerEnded(_ pid: Int32, _ status: ExitStatus) {
        guard let worker = state.workers.first(where: { $0.pid == pid }), !worker.isCompanion else { return }
        let identity = WorkerIdentity(pid: pid, slot: worker.slot, generation: worker.generation)
        runHook("childExit") { try $0.childExit($1, identity, status: "\(status)") }
    }

    /// To be called after each event, with the number of workers that was wanted before it.
    func workersWanted(before: Int) {
        let now = state.target
        if now != before { runHook("workersChanged") { try $0.workersChanged($1, from: before, to: now) } }
    }
}
