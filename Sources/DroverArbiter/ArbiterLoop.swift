internal import DroverCore
internal import DroverSystem
internal import Logging

/// Drives the state machine: waits for something to happen, tells it, and does what it says.
///
/// It never blocks elsewhere.
struct ArbiterLoop: ~Copyable {
    private let spawner: WorkerSpawner
    private let scoreboard: Scoreboard
    private let logger: Logger
    private let logs: ServerLogs
    private let descriptors: ArbiterDescriptors
    private let pidFile: PIDFile?
    private var listeners: ListenerSet
    private var state: ArbiterState
    private var hangs: HangWatch
    private var retired: [Int: ScoreboardTotals] = [:]
    private var exitCode: Int32?
    private var timerMoment: Int64?

    init(
        spawner: WorkerSpawner, listeners: ListenerSet, descriptors: consuming ArbiterDescriptors, pidFile: PIDFile?
    ) {
        self.spawner = spawner
        scoreboard = spawner.scoreboard
        logs = spawner.logs
        logger = logs.logger
        self.listeners = listeners
        self.descriptors = descriptors
        self.pidFile = pidFile
        let policy = ArbiterPolicy(spawner.settings.timeouts)
        state = ArbiterState(policy: policy, target: spawner.settings.workers.count)
        hangs = HangWatch(timeout: policy.timeout, scoreboard: spawner.scoreboard)
    }

    /// Runs until the state machine says to leave, and returns the exit code.
    mutating func run() throws -> Int32 {
        try descriptors.start()
        tell(.start)
        while true {
            if let exitCode {
                cleanUp()
                return exitCode
            }
            try setTimer()
            for index in 0..<descriptors.poller.wait(milliseconds: -1) {
                switch ArbiterDescriptors.Source(rawValue: descriptors.poller.report(index).word) {
                case .signals: readSignals()
                case .timer:
                    descriptors.timer.reset()
                    timerMoment = nil
                case .wake: descriptors.wake.reset()
                case nil: break
                }
            }
            readScoreboard()
            tell(.moment(busy: hangs.busy))
            if hangs.hasBlockedWorker(now: MonotonicClock.milliseconds()) { wakeGated() }
        }
    }

    // MARK: What happens

    private mutating func tell(_ event: ArbiterEvent) {
        var events = [event]
        while !events.isEmpty {
            let actions = state.handle(events.removeFirst(), at: MonotonicClock.milliseconds())
            // First of all: a worker that is told to go empties its queue once, so nothing more may be sent there.
            if state.phase == .running {
                listeners.fit(wanted: state.target, live: (state.workers.map(\.slot).max() ?? -1) + 1)
            }
            for action in actions {
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }

    private mutating func readSignals() {
        var childrenMoved = false
        while let (signal, sender) = descriptors.signals.next() {
            switch signal {
            case .child: childrenMoved = true
            // The terminal sends these by itself, for a resize for instance; only a process means them as commands.
            case .windowChange, .terminalInput, .terminalOutput: if sender != 0 { tell(.signal(signal)) }
            default:
                logger.event(.info, "signal", ["name": signal, "sender": sender])
                tell(.signal(signal))
            }
        }
        guard childrenMoved else { return }
        // What a worker said last comes before the news of its death.
        readScoreboard()
        while let report = nextChildReport() {
            switch report {
            case .ended(let pid, let status):
                // A worker that was killed cannot have ended what it had started.
                if case .signaled = status { send(.kill, toGroup: pid) }
                tell(.ended(pid: pid, status))
            case .stopped(let pid): tell(.stopped(pid: pid))
            case .continued(let pid): tell(.continued(pid: pid))
            }
        }
    }

    private mutating func readScoreboard() {
        for worker in state.workers {
            let row = scoreboard.row(worker.row)
            guard row.pid == worker.pid else { continue }
            if row.state.accepts, worker.isStarting { tell(.ready(pid: worker.pid, after: row.bootMicroseconds)) }
            if row.state == .retiring, !worker.isRetiring { tell(.retiring(pid: worker.pid)) }
        }
    }

    private mutating func setTimer() throws {
        let now = MonotonicClock.milliseconds()
        let own = state.nextMoment(now: now)
        let look = hangs.nextLook(now: now)
        let moment = [own, look].compactMap { $0 }.min()
        state.expectMoment(at: moment)
        guard moment != timerMoment else { return }
        try descriptors.timer.set(to: moment)
        timerMoment = moment
    }

    // MARK: What to do

    private mutating func perform(_ action: ArbiterAction) -> ArbiterEvent? {
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
        case .closeListeners: listeners.close()
        case .reopenLogs: logs.reopen()
        case .log(let level, let name, let fields): logger.event(level, name, fields: fields)
        case .leave(let code): exitCode = code
        }
        return nil
    }

    private func spawn(_ slot: Int, _ generation: Int) -> ArbiterEvent {
        do {
            let inherited = try listeners.inherited(slot: slot)
            // A queue that a second worker holds open without reading it would not end with its own.
            let foreign = listeners.descriptors.filter { number in !inherited.contains { $0.descriptor == number } }
            let (pid, row) = try spawner.spawn(
                slot: slot, generation: generation, listeners: inherited, descriptors.forChildren(beside: foreign))
            return .spawned(pid: pid, row: row, slot: slot, generation: generation)
        } catch {
            return .spawnFailed(slot: slot, reason: "\(error)", permanent: error is ThreadsRunning)
        }
    }

    // The herd has changed: who stays off the wait queue may belong on it now.
    private func wakeGated() {
        for index in 0..<scoreboard.used {
            let row = scoreboard.row(index)
            if row.isGated, row.state.accepts, row.pid > 0 { send(.urgent, to: row.pid) }
        }
    }

    private mutating func cleanUp() {
        listeners.close()
        pidFile?.remove()
        var totals = ScoreboardTotals()
        for slot in retired.values { totals += slot }
        logger.event(
            .info, "stopped", ["requests": totals.requests, "connections": totals.accepted, "errors": totals.errors])
    }
}
