internal import DroverCore
internal import DroverSystem
internal import Logging

/// Drives the state machine: waits for something to happen, tells it, and does what it says.
///
/// It never blocks elsewhere.
struct ArbiterLoop: ~Copyable {
    let spawner: WorkerSpawner
    let source: any ConfigurationSource
    let scoreboard: Scoreboard
    let image: ProgramImage
    let identity: ArbiterIdentity
    /// Nil when it is switched off.
    let control: ControlSocket?
    var service: ServiceNotifier
    /// What each generation that lives or is to live was started from.
    var configurations: [Int: ServerConfiguration]
    var descriptors: ArbiterDescriptors
    var succession: Succession
    var pidFile: PIDFile?
    var listeners: ListenerSet
    var state: ArbiterState
    var hangs: HangWatch
    var retired: [Int: ScoreboardTotals] = [:]
    var exitCode: Int32?
    private var timerMoment: Int64?

    init(
        _ identity: ArbiterIdentity, spawner: WorkerSpawner, source: any ConfigurationSource, image: ProgramImage,
        listeners: ListenerSet, descriptors: consuming ArbiterDescriptors, succession: consuming Succession,
        pidFile: PIDFile?, control: ControlSocket?
    ) {
        service = ServiceNotifier(
            ProcessEnvironment.all(), hasElder: succession.elder != nil, logger: source.current.logs.logger)
        self.identity = identity
        self.control = control
        self.spawner = spawner
        self.source = source
        self.image = image
        scoreboard = spawner.scoreboard
        configurations = [1: source.current]
        let plan = HerdPlan(source.current.settings, companions: spawner.companions.map(\.presence))
        state = ArbiterState(plan: plan, hasElder: succession.elder != nil)
        hangs = HangWatch(timeout: plan.policy.timeout, scoreboard: spawner.scoreboard)
        self.listeners = listeners
        self.descriptors = descriptors
        self.succession = succession
        self.pidFile = pidFile
    }

    var logs: ServerLogs { source.current.logs }
    var logger: Logger { logs.logger }

    /// Runs until the state machine says to leave, and returns the exit code.
    mutating func run() throws -> Int32 {
        try descriptors.start(elder: succession.elderDescriptor, control: control?.descriptor)
        scoreboard.admit(generation: state.generation)
        // What ended before this program began has sent its signal already.
        reapChildren()
        tell(.start)
        while true {
            if let exitCode {
                cleanUp()
                return exitCode
            }
            try setTimer()
            for index in 0..<descriptors.poller.wait(milliseconds: -1) {
                dispatch(descriptors.poller.report(index).word)
            }
            readScoreboard()
            tell(.moment(busy: hangs.busy))
            if hangs.hasBlockedWorker(now: MonotonicClock.milliseconds()) { wakeGated() }
        }
    }

    private mutating func dispatch(_ word: UInt64) {
        switch ArbiterDescriptors.Source(rawValue: word) {
        case .signals: readSignals()
        case .timer:
            descriptors.timer.reset()
            timerMoment = nil
            keepTransports()
            serveControl()
        case .wake: descriptors.wake.reset()
        case .successor: readSuccessor()
        case .elder: elderGone()
        case .control: serveControl()
        case nil: break
        }
    }

    mutating func tell(_ event: ArbiterEvent) {
        var events = [event]
        while !events.isEmpty {
            let wanted = state.target
            let actions = state.handle(events.removeFirst(), at: MonotonicClock.milliseconds())
            workersWanted(before: wanted)
            // First of all: a worker that is told to go empties its queue once, so nothing more may be sent there.
            if state.phase == .running { fitListeners() }
            for action in actions {
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }

    func fitListeners() {
        listeners.fit(open: state.openSlots, needed: state.neededSlots)
    }

    private mutating func setTimer() throws {
        let now = MonotonicClock.milliseconds()
        let own = state.nextMoment(now: now)
        let look = hangs.nextLook(now: now)
        let sign = notifyService(now: now)
        let moment = [own, look, sign, control?.nextDeadline, upkeepMoment].compactMap { $0 }.min()
        state.expectMoment(at: moment)
        guard moment != timerMoment else { return }
        try descriptors.timer.set(to: moment)
        timerMoment = moment
    }

    private mutating func cleanUp() {
        runHook("onExit") { try $0.onExit($1) }
        control?.close()
        pidFile?.remove()
        var totals = ScoreboardTotals()
        for slot in retired.values { totals += slot }
        logger.event(
            .info, "stopped", ["requests": totals.requests, "connections": totals.accepted, "errors": totals.errors])
    }
}
