internal import DroverCore
internal import DroverSystem

/// The threads of a worker that run its tasks, in the order in which they came.
///
/// As the tasks' executor it takes whatever they have to do, from the loop, from each other, and from elsewhere: a
/// `Task.sleep` that is over, a library's callback.
///
/// Unchecked: what varies, which is used under the lock.
final class ThreadPool: TaskExecutor, @unchecked Sendable {
    /// How many threads there are.
    let count: Int
    private let lock = Lock()
    private let condition = Condition()
    // Used under the lock, for one call that comes back to nothing here: a report wakes the arbiter by a descriptor, and no
    // job runs under the lock. A check would cost each job eight times.
    @exclusivity(unchecked) private var jobs: Jobs
    // Threads that wait for something to do, and how many of them have been called and not come yet.
    private var idle = 0
    private var called = 0
    private var isRoomWanted = false
    /// Monotonic ms since when there has been no room for anybody new; 0 while there is.
    private var crowdedSince: Int64 = 0
    private var isAdmissionDue = false
    /// Whether the loop looks after the threads in time, which it need not while all are idle.
    private var isWatched = true
    private var taken = 0

    init(count: Int, report: BusyReport) {
        self.count = count
        jobs = Jobs(report: report, starts: [Int64](repeating: 0, count: count))
    }

    private struct Jobs {
        var line = JobLine()
        var report: BusyReport
        /// Monotonic ms since when each thread has been at its present job; 0 for none.
        var starts: [Int64]
    }

    /// What a thread does beside its jobs.
    struct Duties: Sendable {
        /// Called before a job; returns the time, in monotonic ms.
        let begin: @Sendable () -> Int64
        /// Serves a connection as a job.
        let step: @Sendable (Connection) -> Void
        /// Called after a job.
        let end: @Sendable () -> Void
        /// Called when the loop had better ask again, for room or for how the threads are.
        let wakeLoop: @Sendable () -> Void
    }

    /// Starts the threads, which live as long as the process.
    func start(name: String, _ duties: Duties) throws(SystemError) {
        for number in 0..<count {
            try NativeThread.start(name: "\(name)-\(number)") { self.work(number, duties) }
        }
    }

    // MARK: Waiting for a thread

    func enqueue(_ job: consuming ExecutorJob) {
        append(.job(UnownedJob(job)))
    }

    /// Lets a thread serve `connection`, behind everything that waits now.
    func append(step connection: Connection) {
        append(.step(connection))
    }

    /// Lets threads serve `connections`, and empties the list.
    func append(steps connections: inout [Connection]) {
        if connections.isEmpty { return }
        let calls = lock.withLock {
            for connection in connections { jobs.line.append(.step(connection)) }
            let calls = min(idle - called, connections.count)
            called += max(calls, 0)
            return calls
        }
        connections.removeAll(keepingCapacity: true)
        for _ in 0..<max(calls, 0) { condition.signal() }
    }

    /// Resumes `continuation` behind everything that waits now.
    func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) {
        append(.postponed(continuation))
    }

    private func append(_ entry: JobLine.Entry) {
        let mustCall = lock.withLock {
            jobs.line.append(entry)
            guard idle > called else { return false }
            called += 1
            return true
        }
        // After the lock is free, as the thread that wakes wants it first of all.
        if mustCall { condition.signal() }
    }

    // MARK: A thread's life

    private func work(_ number: Int, _ duties: Duties) {
        let executor = asUnownedTaskExecutor()
        while true {
            switch next(number, duties) {
            case .job(let job): job.runSynchronously(on: executor)
            case .step(let connection): duties.step(connection)
            case .postponed(let continuation): continuation.resume(returning: .ready)
            }
            duties.end()
        }
    }

    /// Waits for something to do, after the last job of thread `number`.
    private func next(_ number: Int, _ duties: Duties) -> JobLine.Entry {
        lock.acquire()
        defer { lock.release() }
        if jobs.starts[number] != 0 {
            jobs.starts[number] = 0
            taken -= 1
        }
        while jobs.line.isEmpty {
            jobs.report.setThreads(since: 0)
            offerRoom(duties, now: 0)
            idle += 1
            condition.wait(lock)
            idle -= 1
            if called > 0 { called -= 1 }
        }
        let entry = jobs.line.removeFirst()
        let now = duties.begin()
        jobs.starts[number] = now
        taken += 1
        jobs.report.setThreads(since: taken == count ? now : 0)
        offerRoom(duties, now: now)
        if !isWatched {
            isWatched = true
            duties.wakeLoop()
        }
        return entry
    }

    private func offerRoom(_ duties: Duties, now: Int64) {
        guard isRoomWanted else { return }
        // As a job has just begun, not all threads are stuck: a connection that came meanwhile gets its turn.
        if crowdedSince > 0, now - crowdedSince >= Self.admissionMilliseconds { isAdmissionDue = true }
        guard isFree || isAdmissionDue else { return }
        isRoomWanted = false
        duties.wakeLoop()
    }

    // MARK: What the loop asks

    /// Whether a job waits for a thread.
    var hasLine: Bool { lock.withLock { !jobs.line.isEmpty } }

    // Clients that keep all threads busy must not keep newcomers out for ever: one is let in this often.
    private static let admissionMilliseconds: Int64 = 100

    // Beyond the threads that jobs wait for already.
    private var isFree: Bool { taken + jobs.line.count < count }

    /// What a new connection would find.
    enum Room {
        /// A free thread.
        case free
        /// A place in the line, which is fair from time to time.
        case line
        /// Nothing; it is said when that changes.
        case none
    }

    /// Whether a thread is free beyond those that `count` more connections will take.
    func hasFree(beside count: Int = 0) -> Bool { lock.withLock { taken + jobs.line.count + count < self.count } }

    /// Whether a new connection may come, to wait for a thread if need be.
    func room(now: Int64) -> Room {
        lock.withLock {
            isRoomWanted = !isFree
            let isDue = isAdmissionDue
            isAdmissionDue = false
            if isFree {
                crowdedSince = 0
                return .free
            }
            if crowdedSince == 0 || isDue { crowdedSince = now }
            return isDue ? .line : .none
        }
    }

    /// Says since when the loop has been at a turn; 0 when it waits.
    func reportLoop(since moment: Int64) {
        lock.withLock { jobs.report.setLoop(since: moment) }
    }

    /// Monotonic ms since when the thread that has been longest at its job has been there; nil when none is at one.
    ///
    /// When all have been stuck for as long it is the arbiter's turn to act, and nil as well.
    var longestJob: Int64? {
        lock.withLock { isArbitersTurn ? nil : oldestStart }
    }

    /// When to look at the longest job, if no job waits for a thread for more than `patience` ms.
    func nextLook(now: Int64, patience: Int64) -> Int64 {
        lock.withLock {
            isWatched = taken > 0 || !jobs.line.isEmpty
            guard isWatched else { return .max }
            return (isArbitersTurn ? now : oldestStart ?? now) + patience
        }
    }

    private var oldestStart: Int64? {
        taken == 0 ? nil : jobs.starts.reduce(Int64.max) { $1 > 0 ? min($0, $1) : $0 }
    }

    // Nothing has begun on any thread since the oldest job, and none is free.
    private var isArbitersTurn: Bool {
        taken == count && oldestStart ?? 0 >= jobs.report.threadsTakenSince
    }
}
