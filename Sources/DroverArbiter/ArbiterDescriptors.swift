internal import DroverSystem

/// What the arbiter polls, and the pipe that tells its workers when it is gone.
struct ArbiterDescriptors: ~Copyable {
    /// Everything the arbiter reads, blocked before anything else happens.
    static let signals = SignalSet([
        .terminate, .interrupt, .quit, .hangUp, .user1, .user2, .terminalInput, .terminalOutput, .windowChange, .child,
    ])

    let poller: Poller
    let signals: SignalDescriptor
    let timer: TimerDescriptor
    let wake: WakeDescriptor
    let lifeline: Lifeline
    /// The pipe by which a successor says that it is ready; -1 while none is awaited.
    private var successorPipe: Int32 = -1

    enum Source: UInt64 {
        case signals
        case timer
        case wake
        case successor
        case elder
        case control
    }

    init() throws(SystemError) {
        // Locals first: a value that owns descriptors cannot be left half made when one of these fails.
        let poller = try Poller(capacity: 16)
        let signals = try SignalDescriptor(Self.signals)
        let timer = try TimerDescriptor()
        let wake = try WakeDescriptor()
        let lifeline = try Lifeline()
        self.poller = poller
        self.signals = signals
        self.timer = timer
        self.wake = wake
        self.lifeline = lifeline
    }

    /// Begins to poll; `elder` is the process that this arbiter replaces, `control` what its control socket polls.
    func start(elder: Int32?, control: Int32?) throws(SystemError) {
        try poller.add(signals.descriptor.raw, .readable, word: Source.signals.rawValue)
        try poller.add(timer.descriptor.raw, .readable, word: Source.timer.rawValue)
        try poller.add(wake.descriptor.raw, .readable, word: Source.wake.rawValue)
        if let elder { try poller.add(elder, .readable, word: Source.elder.rawValue) }
        if let control { try poller.add(control, .readable, word: Source.control.rawValue) }
    }

    /// Polls the pipe of a successor that is about to be started.
    mutating func watchSuccessor(_ pipe: consuming Descriptor) throws(SystemError) {
        try poller.add(pipe.raw, .readable, word: Source.successor.rawValue)
        successorPipe = pipe.release()
    }

    /// Awaits no successor any more.
    mutating func forgetSuccessor() {
        guard successorPipe >= 0 else { return }
        poller.remove(successorPipe)
        Descriptor(owning: successorPipe).close()
        successorPipe = -1
    }

    /// What a successor's pipe says.
    mutating func readSuccessor() -> ByteReport {
        guard successorPipe >= 0 else { return .nothingYet }
        let report = readByte(successorPipe)
        if report != .nothingYet { forgetSuccessor() }
        return report
    }

    /// What a forked child closes, and what it keeps.
    func forChildren(beside foreign: [Int32]) -> WorkerSpawner.ArbiterDescriptors {
        WorkerSpawner.ArbiterDescriptors(
            own: [poller.raw, signals.descriptor.raw, timer.descriptor.raw]
                + (successorPipe < 0 ? [] : [successorPipe]) + foreign,
            lifelineWriteEnd: lifeline.writeEnd.raw, lifelineReadEnd: lifeline.readEnd.raw, wake: wake.descriptor.raw)
    }
}
