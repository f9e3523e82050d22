internal import DroverCore
internal import DroverSystem

/// The threads of a worker that run its tasks, in the order in which they came.
///
/// As the tasks' executor it takes whatever they have to do, from the loop, from each other, and from elsewhere: a
/// `Task.sleep` that is over, a library's callback.
final class ThreadPool: TaskExecutor, @unchecked Sendable {
    /// How many threads there are.
    let count: Int
    private let lock = Lock()
    private let condition = Condition()
    @exclusivity(unchecked) private var line = JobLine()
    @exclusivity(unchecked) private var report: BusyReport
    // Threads that wait for something to do, and how many of them have been called and not come yet.
    @exclusivity(unchecked) private var idle = 0
    @exclusivity(unchecked) private var called = 0
    @exclusivity(unchecked) private var isRoomWanted = false
    /// Monotonic ms since when each thread has been at its present job; 0 for none.
    @exclusivity(unchecked) private var starts: [Int64]
    @exclusivity(unchecked) private var taken = 0
    @exclusivity(unchecked) private var begun: UInt64 = 0

    init(count: Int, report: BusyReport) {
        self.count = count
        self.report = report
        starts = [Int64](repeating: 0, count: count)
    }

    /// What a thread does beside its jobs.
    struct Duties: Sendable {
        /// Called before a job; returns the time, in monotonic ms.
        let begin: @Sendable () -> Int64
        /// Called after a job.
        let end: @Sendable () -> Void
        /// Called when a thread is free again and somebody has asked for that.
        let offerRoom: @Sendable () -> Void
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

    /// Resumes `continuation` behind everybody who waits now.
    func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) {
        append(.postponed(continuation))
    }

    private func append(_ entry: JobLine.Entry) {
        let mustCall = lock.withLock {
            line.append(entry)
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
            case .postponed(let continuation): continuation.resume(returning: .ready)
            }
            duties.end()
        }
    }

    /// Waits for something to do, after the last job of thread `number`.
    private func next(_ number: Int, _ duties: Duties) -> JobLine.Entry {
        lock.acquire()
        defer { lock.release() }
        if starts[number] != 0 {
            starts[number] = 0
            taken -= 1
        }
        while line.isEmpty {
            if taken < count { report.setThreads(since: 0) }
            offerRoom(duties)
            idle += 1
            condition.wait(lock)
            idle -= 1
            if called > 0 { called -= 1 }
        }
        let entry = line.removeFirst()
        let now = duties.begin()
        starts[number] = now
        taken += 1
        begun &+= 1
        report.setThreads(since: taken == count ? now : 0)
        offerRoom(duties)
        return entry
    }

    private func offerRoom(_ duties: Duties) {
        guard isRoomWanted, taken + line.count < count else { return }
        isRoomWanted = false
        duties.offerRoom()
    }

    // MARK: What the loop asks

    /// Whether somebody waits for a thread.
    var hasLine: Bool { lock.withLock { !line.isEmpty } }

    /// How many jobs have been begun so far; it grows as long as not every thread is stuck.
    var progress: UInt64 { lock.withLock { begun } }

    /// Whether a thread is free, beyond those that somebody waits for; if not, it is said when one is.
    func hasRoom() -> Bool {
        lock.withLock {
            isRoomWanted = taken + line.count >= count
            return !isRoomWanted
        }
    }

    /// Says since when the loop has been at a turn; 0 when it waits.
    func reportLoop(since moment: Int64) {
        lock.withLock { report.setLoop(since: moment) }
    }

    /// Monotonic ms since when some thread has been at its job; nil when none is, or when nothing has begun since on any.
    ///
    /// When all are stuck it is the arbiter's turn to act.
    func longestJob(now: Int64) -> Int64? {
        lock.withLock {
            if taken == 0 { return line.isEmpty ? nil : now }
            let oldest = starts.reduce(Int64.max) { $1 > 0 ? min($0, $1) : $0 }
            return taken < count || oldest < report.threadsTakenSince ? oldest : nil
        }
    }
}
