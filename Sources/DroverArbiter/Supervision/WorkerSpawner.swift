internal import DroverCore
internal import DroverSystem

/// Forks workers.
struct WorkerSpawner {
    let scoreboard: Scoreboard
    let body: WorkerBody
    let title: String
    /// From slot -1 down.
    let companions: [CompanionDefinition]
    let hooks: HookRunner

    /// What a child has to close: descriptors that only the arbiter may have.
    struct ArbiterDescriptors {
        let own: [Int32]
        let lifelineWriteEnd: Int32
        let lifelineReadEnd: Int32
        let wake: Int32
    }

    /// Forks one worker into a vacant row.
    ///
    /// It returns in the arbiter only: after fork(2) the child becomes the worker, and ends as one.
    ///
    /// - Throws: `ThreadsRunning` or `SystemError`.
    func spawn(
        slot: Int, generation: Int, _ configuration: ServerConfiguration, listeners: [WorkerLaunch.Inherited],
        addresses: [ListenerAddress], _ descriptors: ArbiterDescriptors
    ) throws -> (pid: Int32, row: Int) {
        try requireSingleThread()
        let row = try vacantRow(preferring: slot)
        scoreboard.use(below: row + 1)
        scoreboard.row(row).occupy(slot: slot, generation: generation, now: MonotonicClock.nanoseconds())
        do {
            switch try forkProcess() {
            case .parent(let child): return (child, row)
            case .child: become(slot, generation, row, configuration, listeners, addresses, descriptors)
            }
        } catch {
            scoreboard.row(row).vacate()
            throw error
        }
    }

    private func become(
        _ slot: Int, _ generation: Int, _ row: Int, _ configuration: ServerConfiguration,
        _ listeners: [WorkerLaunch.Inherited], _ addresses: [ListenerAddress], _ descriptors: ArbiterDescriptors
    ) -> Never {
        for number in descriptors.own + [descriptors.lifelineWriteEnd] { Descriptor(owning: number).close() }
        // What the worker starts, the runtime's own backtracer for one, can then be ended with it. And a terminal's
        // Ctrl-C reaches the arbiter alone, which knows what to tell whom.
        leadProcessGroup()
        ProcessTitle.set("\(title): " + (slot < 0 ? "companion \(companions[-1 - slot].name)" : "worker \(slot)"))
        configuration.logs.becomeCurrent()
        for variable in configuration.settings.process.environment {
            ProcessEnvironment.set(variable.name, variable.value)
        }
        let launch = WorkerLaunch(
            identity: WorkerIdentity(pid: currentProcess, slot: slot, generation: generation),
            settings: configuration.settings, credentials: configuration.credentials, listeners: listeners,
            addresses: addresses, transports: configuration.transports, scoreboard: scoreboard, row: row,
            lifeline: descriptors.lifelineReadEnd, arbiterWake: descriptors.wake, logs: configuration.logs,
            hooks: slot < 0 ? HookRunner() : hooks)
        exitImmediately(body(launch))
    }

    // The slot's own number reads best in a debugger, but while a worker is replaced its slot has two rows.
    private func vacantRow(preferring slot: Int) throws -> Int {
        if slot >= 0, slot < scoreboard.capacity, scoreboard.row(slot).state == .vacant { return slot }
        for row in 0..<scoreboard.capacity where scoreboard.row(row).state == .vacant { return row }
        throw ScoreboardFull(capacity: scoreboard.capacity)
    }
}

/// More workers are alive or dying than the scoreboard has rows.
struct ScoreboardFull: Error, CustomStringConvertible {
    let capacity: Int

    var description: String { "\(capacity) workers are alive already, counting those that drain" }
}
