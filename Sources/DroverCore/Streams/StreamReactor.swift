package import DroverSystem

internal import struct Synchronization.Atomic

/// What keeps the streams that we open ourselves: a poller of its own, their deadlines, and the tasks that wait for them.
///
/// The poller is one descriptor, and it is readable when there is something to do, deadlines included: so a worker's loop
/// watches it beside everything else, epoll(7), and a loop of its own waits for it. What the poller reports reaches a stream
/// under the lock, while its task waits; the task is resumed without it, see ``Woken``.
///
/// Unchecked: what the lock guards, and that the instruments are the driving thread's, which alone waits with them.
package final class StreamReactor: StreamHost, @unchecked Sendable {
    /// What waits for the reactor's descriptor.
    enum Driver: Sendable {
        /// A worker's loop, once it runs.
        case worker
        case ownThread(name: String)
    }

    private struct Entry {
        let id: UInt64
        weak var stream: ClientStream?
        var links = DeadlineWheel.Links()
    }

    private let driver: Driver
    private let lock = Lock()
    // All of these are used under the lock.
    private var instruments: ReactorInstruments?
    private var entries: [Entry?] = []
    private var vacant: [Int32] = []
    private var nextID: UInt64 = 1
    private let wheel = DeadlineWheel(now: MonotonicClock.milliseconds())
    private var isStopping = false
    private var watch: (@Sendable (Int32) throws(SystemError) -> Void)?
    private var executor: (any TaskExecutor)?
    private let tasks = Atomic<Int>(0)
    private var postponed: [Woken] = []

    init(_ driver: Driver) {
        self.driver = driver
        super.init(isShared: true)
    }

    package override var taskExecutor: (any TaskExecutor)? {
        lock.withLock { executor }
    }

    override func noteTask(ended: Bool) {
        tasks.add(ended ? -1 : 1, ordering: .acquiringAndReleasing)
        if ended { lock.withLock { if isStopping { instruments?.wake() } } }
    }

    /// Monotonic ms; the clock is read again, as a task may have run elsewhere for long.
    override func now() -> Int64 {
        clock.refresh()
        return clock.milliseconds
    }

    // MARK: Its driver

    /// Makes the poller, once there is a use for it, and lets it be waited for.
    ///
    /// - Throws: `SystemError` when there are no descriptors or no thread for it.
    package func prepare() throws(SystemError) {
        try lock.withLock { () throws(SystemError) in
            if instruments != nil { return }
            let made = try ReactorInstruments()
            instruments = made
            do throws(SystemError) {
                switch driver {
                case .worker: try watch?(made.poller.raw)
                case .ownThread(let name):
                    try NativeThread.start(name: name) { [self] in run() }
                    executor = made.executor
                }
            } catch {
                instruments = nil
                throw error
            }
        }
    }

    /// Lets a worker's loop watch the poller's descriptor, as soon as there is one, for being readable; `executor` runs the tasks
    /// of the loop.
    ///
    /// - Throws: What `watch` throws.
    package func attach(
        _ executor: (any TaskExecutor)?, _ watch: @escaping @Sendable (Int32) throws(SystemError) -> Void
    ) throws(SystemError) {
        try lock.withLock { () throws(SystemError) in
            self.watch = watch
            self.executor = executor
            if let instruments { try watch(instruments.poller.raw) }
        }
    }

    /// Lets the thread end when the last stream has.
    func stop() {
        lock.withLock {
            isStopping = true
            instruments?.wake()
        }
    }

    private func run() {
        // They are there, as this thread was started with them.
        guard let instruments = lock.withLock({ instruments }) else { return }
        instruments.executor.adoptCurrentThread()
        while true {
            // A poller that fails has lost its descriptor: no stream of the process works then.
            guard let reports = try? instruments.poller.wait(milliseconds: instruments.executor.hasReady ? 0 : -1)
            else { return }
            work(instruments, reports)
            instruments.executor.runReady()
            if lock.withLock({ isOver }), !instruments.executor.hasReady {
                return
            }
        }
    }

    private var isOver: Bool {
        isStopping && entries.count == vacant.count && postponed.isEmpty && tasks.load(ordering: .acquiring) == 0
    }

    /// Does what there is to do, for a worker whose loop has found the descriptor readable.
    package func turn() {
        guard let instruments = lock.withLock({ instruments }),
            let reports = try? instruments.poller.wait(milliseconds: 0)
        else { return }
        work(instruments, reports)
    }

    /// What is left to do when the lock is free.
    private struct Outcome {
        /// A stream ends with its last reference, which may be here, and then takes the lock.
        var touched: [ClientStream] = []
        var woken: [Woken] = []
    }

    private func work(_ instruments: ReactorInstruments, _ reports: Int) {
        clock.refresh()
        let outcome = lock.withLock {
            var outcome = Outcome()
            let waiting = postponed
            postponed = []
            for index in 0..<reports { take(instruments.poller.report(index), instruments, &outcome) }
            expire(instruments, &outcome)
            outcome.woken += waiting
            return outcome
        }
        for each in outcome.woken { each.resume() }
    }

    private func take(_ report: Poller.Report, _ instruments: ReactorInstruments, _ outcome: inout Outcome) {
        switch report.word {
        case ReactorInstruments.timerWord: instruments.timer.reset()
        case ReactorInstruments.wakeWord: instruments.executor.collectForeign()
        case let word:
            guard let stream = stream(Int32(truncatingIfNeeded: word), number: UInt32(word >> 32)) else { return }
            outcome.touched.append(stream)
            if stream.isAwaited {
                if let woken = stream.takeWaiter(by: report.events) { outcome.woken.append(woken) }
            } else {
                stream.hold(report.events)
            }
        }
    }

    // MARK: Streams

    /// Watches the socket of `session`, which is connecting.
    ///
    /// - Throws: `SystemError` when there is no memory or no watch left, epoll_ctl(2).
    func add(_ session: any TransportSession, _ limits: StreamLimits) throws(SystemError) -> ClientStream {
        try prepare()
        clock.refresh()
        // A stream that cannot be watched ends here, and takes the lock for that: so none may end under it.
        let (stream, instruments) = lock.withLock { () -> (ClientStream, ReactorInstruments) in
            let token = vacant.popLast() ?? Int32(entries.count)
            let id = nextID
            nextID += 1
            let stream = ClientStream(id: id, token: token, session: session, limits: limits, reactor: self)
            if Int(token) == entries.count { entries.append(nil) }
            entries[Int(token)] = Entry(id: id, stream: stream)
            return (stream, self.instruments!)
        }
        let word = UInt64(stream.token) | UInt64(truncatingIfNeeded: stream.id) << 32
        try instruments.poller.add(session.descriptor, .connection, word: word)
        return stream
    }

    /// Forgets a stream that has closed.
    func remove(_ token: Int32, _ id: UInt64) {
        lock.withLock {
            guard entries.indices.contains(Int(token)), entries[Int(token)]?.id == id else { return }
            wheel.remove(token, links)
            entries[Int(token)] = nil
            vacant.append(token)
            if isStopping { instruments?.wake() }
        }
    }

    /// Stores `continuation` until the socket is ready for `interest` or `deadline` (monotonic ms) has passed.
    func park(
        _ stream: ClientStream, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        let reason: Wakeup? = lock.withLock {
            // It runs in the task that begins to wait; one that is cancelled from here on comes to `endWait`.
            if Task.isCancelled { return .cancelled }
            if stream.takeHeld(for: interest) { return .ready }
            if interest != .output, stream.isNudged { return .nudged }
            stream.store(interest, until: deadline, continuation)
            enter(stream)
            return nil
        }
        if let reason { continuation.resume(returning: reason) }
    }

    /// Ends the wait of a task that was cancelled.
    func endWait(_ token: Int32, _ id: UInt64) {
        let (stream, woken) = lock.withLock { () -> (ClientStream?, Woken?) in
            let stream = self.stream(token, number: UInt32(truncatingIfNeeded: id))
            return (stream, stream?.takeWaiter(.cancelled))
        }
        woken?.resume()
        withExtendedLifetime(stream) {}
    }

    /// Resumes `continuation` after what the poller reports now.
    func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) {
        lock.withLock {
            postponed.append(Woken(continuation))
            instruments?.wake()
        }
    }

    override func nudged(token: Int32, id: UInt64) {
        let (stream, woken) = lock.withLock { () -> (ClientStream?, Woken?) in
            let stream = self.stream(token, number: UInt32(truncatingIfNeeded: id))
            return (stream, stream?.takeNote())
        }
        woken?.resume()
        withExtendedLifetime(stream) {}
    }

    private func stream(_ token: Int32, number: UInt32) -> ClientStream? {
        guard entries.indices.contains(Int(token)), let entry = entries[Int(token)],
            UInt32(truncatingIfNeeded: entry.id) == number
        else { return nil }
        return entry.stream
    }

    // MARK: Deadlines

    private func enter(_ stream: ClientStream) {
        guard stream.waitDue != .max, let place = entries[Int(stream.token)]?.links.bucket else { return }
        if place >= 0 {
            // Where it is will do, unless that is too late: an entry that comes up early is put back.
            guard wheel.isEarlier(stream.waitDue, than: place) else { return }
            wheel.remove(stream.token, links)
        }
        wheel.insert(stream.token, into: wheel.bucket(for: stream.waitDue), links)
        instruments?.arm(for: wheel.nextMoment(), now: clock.milliseconds)
    }

    private func expire(_ instruments: ReactorInstruments, _ outcome: inout Outcome) {
        let now = clock.milliseconds
        while let token = wheel.nextDue(now: now) {
            wheel.remove(token, links)
            guard let stream = entries[Int(token)]?.stream else { continue }
            outcome.touched.append(stream)
            if stream.waitDue <= now, let woken = stream.takeWaiter(.timedOut) { outcome.woken.append(woken) }
            guard stream.waitDue != .max else { continue }
            wheel.insert(token, into: wheel.bucket(for: stream.waitDue), links)
        }
        instruments.arm(for: wheel.nextMoment(), now: now)
    }

    private func links(_ token: Int32, _ body: (inout DeadlineWheel.Links) -> Void) {
        guard entries[Int(token)] != nil else { return }
        body(&entries[Int(token)]!.links)
    }
}
