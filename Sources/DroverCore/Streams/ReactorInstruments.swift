internal import DroverSystem

/// What a reactor waits with: a poller, and in it a timer and the executor's eventfd.
final class ReactorInstruments {
    static let timerWord = UInt64.max
    static let wakeWord = UInt64.max - 1

    let poller: Poller
    let timer: TimerDescriptor
    let executor: LoopExecutor
    private var armed = Int64.max

    init() throws(SystemError) {
        poller = try Poller(capacity: 64)
        timer = try TimerDescriptor()
        executor = try LoopExecutor()
        try poller.add(timer.descriptor.raw, .readable, word: Self.timerWord)
        try poller.add(executor.wake.descriptor.raw, .readable, word: Self.wakeWord)
    }

    /// Ends the present wait, or the next one.
    func wake() { executor.wake.wake() }

    /// Lets the timer fire at `moment` at the latest, in monotonic ms; one that is set already to an earlier moment to come
    /// stays as it is, so a deadline that moves away costs no system call.
    func arm(for moment: Int64?, now: Int64) {
        guard let moment else { return }
        if armed > now, armed <= moment { return }
        armed = moment
        // It fails for values that the kernel does not know, and there are none.
        try? timer.set(to: moment)
    }
}
