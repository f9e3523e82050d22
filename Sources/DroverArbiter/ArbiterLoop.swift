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
    let terminal: ControllingTerminal
    /// Nil when it is switched off.
    let control: ControlSocket?
    var service: ServiceNotifier
    /// What each generation that lives or is to live was started from.
    var configurations: [Int: ServerConfiguration]
    var descriptors: ArbiterDescriptors
    var succession: Succession
    let pidFile: PIDFile?
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
        terminal = ControllingTerminal()
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
    ///
    /// - Throws: `SystemError` when it cannot wait for anything any more. The workers notice that it is gone, and leave.
    mutating func run() throws(SystemError) -> Int32 {
        do throws(SystemError) {
            return try supervise()
        } catch {
            logger.event(.error, "arbiter_failed", ["error": error])
            closeListeners()
            cleanUp()
            throw error
        }
    }

    private mutating func supervise() throws(SystemError) -> Int32 {
        try descriptors.start(elder: succession.elderDescriptor, control: control?.descriptor)
        if !listeners.waits { scoreboard.admit(generation: state.generation) }
        // What ended before this program began has sent its signal already.
        reapChildren()
        tell(.start)
        while true {
            if let exitCode {
                cleanUp()
                return exitCode
            }
            let patience = setTimer()
            let count = try descriptors.poller.wait(milliseconds: patience)
            if count == 0, patience >= 0 { timeHasCome() }
            for index in 0..<count { dispatch(descriptors.poller.report(index).word) }
            readScoreboard()
            tell(.moment(busy: hangs.busy))
            if hangs.hasBlockedWorker(now: MonotonicClock.milliseconds()) { wakeGated() }
        }
    }

    private mutating func dispatch(_ word: UInt64) {
        switch ArbiterDescriptors.Source(rawValue: word) {
        case .signals: readSignals()
        case .timer: timeHasCome()
        case .wake: descriptors.wake.reset()
        case .successor: readSuccessor()
        case .elder: elderGone()
        case .control: serveControl()
        case nil: break
        }
    }

    private mutating func timeHasCome() {
        descriptors.timer.reset()
        timerMoment = nil
        keepTransports()
        serveControl()
    }

    mutating func tell(_ event: ArbiterEvent) {
        var events = [event]
        while !events.isEmpty {
            let wanted = state.target
            let actions = state.handle(events.removeFirst(), at: MonotonicClock.milliseconds())
            workersWanted(before: wanted)
            // First of all: a worker that is told to go empties its queue once, so nothing more may be sent there.
            if state.phase == .running {
                openListeners()
                fitListeners()
            }
            for action in actions {
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }

    func fitListeners() {
        listeners.fit(open: state.openSlots, needed: state.neededSlots)
    }

    /// Sets the timer to what is due next.
    ///
    /// - Returns: How many milliseconds to wait for anything else; negative while the timer, if it is set, ends the wait.
    private mutating func setTimer() -> Int32 {
        let now = MonotonicClock.milliseconds()
        let own = state.nextMoment(now: now)
        let look = hangs.nextLook(now: now)
        let sign = notifyService(now: now)
        let moment = [own, look, sign, control?.nextDeadline, upkeepMoment].compactMap { $0 }.min()
        state.expectMoment(at: moment)
        guard moment != timerMoment else { return -1 }
        do throws(SystemError) {
            try descriptors.timer.set(to: moment)
            timerMoment = moment
            return -1
        } catch {
            logger.event(.error, "timer_failed", ["error": error])
            timerMoment = nil
            return moment.map { Int32(clamping: max($0 - now, 0)) } ?? -1
        }
    }

    /// Closes the listeners.
    ///
    /// Another arbiter may go on with their names: a successor, or the elder that this arbiter was to replace.
    func closeListeners() {
        listeners.close(keepingNames: state.upgrade != .none || state.hasElder)
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
