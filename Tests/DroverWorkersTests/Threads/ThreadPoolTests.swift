import DroverCore
import DroverSystem
import DroverTestSupport
import Testing

import struct Synchronization.Atomic

@testable import DroverWorkers

// What a task has to do on a pool, in a form that a test can watch and hold up.
private final class Gate: Sendable {
    let entered = Atomic<Int>(0)
    let isOpen = Atomic<Bool>(false)

    /// Blocks the thread until the gate is open.
    func pass() {
        entered.add(1, ordering: .sequentiallyConsistent)
        while !isOpen.load(ordering: .sequentiallyConsistent) { pauseThread(milliseconds: 1) }
    }

    var count: Int { entered.load(ordering: .sequentiallyConsistent) }
    func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }
}

@Suite struct ThreadPoolTests {
    private let row: RowReference
    private let pool: ThreadPool
    private let wakes: Counter

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// The pool's threads stay when the test is over, idle.
    init() throws {
        let board = try Scoreboard(capacity: 1)
        row = board.row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        pool = ThreadPool(count: 2, report: BusyReport(row: row, scoreboard: board) {})
        wakes = Counter()
        let wakes = wakes
        let duties = ThreadPool.Duties(
            begin: { MonotonicClock.milliseconds() }, step: { _ in }, end: {},
            wakeLoop: { wakes.value.add(1, ordering: .sequentiallyConsistent) })
        try pool.start(name: "test", duties)
    }

    @Test func jobsRunSideBySideUntilTheThreadsAreTaken() async {
        let gate = Gate()
        let tasks = (0..<5).map { _ in Task(executorPreference: pool) { gate.pass() } }
        #expect(eventually { gate.count == 2 })
        #expect(pool.hasLine && !pool.hasFree())
        #expect(eventually { row.busySince > 0 })
        #expect(gate.count == 2, "the others wait")
        gate.open()
        for task in tasks { await task.value }
        #expect(gate.count == 5)
        #expect(eventually { row.busySince == 0 && pool.hasFree() })
    }

    @Test func oneThreadThatIsTakenKeepsNobodyWaiting() async {
        let gate = Gate()
        let task = Task(executorPreference: pool) { gate.pass() }
        #expect(eventually { gate.count == 1 })
        #expect(row.busySince == 0 && pool.hasFree())
        await Task(executorPreference: pool) {}.value
        gate.open()
        await task.value
    }

    @Test func whoAsksForRoomHearsOfIt() async {
        #expect(pool.room(now: MonotonicClock.milliseconds()) == .free)
        let gate = Gate()
        let tasks = (0..<2).map { _ in Task(executorPreference: pool) { gate.pass() } }
        #expect(eventually { gate.count == 2 })
        let before = wakes.value.load(ordering: .sequentiallyConsistent)
        #expect(pool.room(now: MonotonicClock.milliseconds()) == .none)
        gate.open()
        for task in tasks { await task.value }
        #expect(eventually { wakes.value.load(ordering: .sequentiallyConsistent) > before })
        #expect(eventually { pool.room(now: MonotonicClock.milliseconds()) == .free })
    }

    @Test func newcomersGetAPlaceInTheLineFromTimeToTime() async {
        // The pool is never free, but goes on.
        let end = Gate()
        let pool = pool
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask(executorPreference: pool) {
                    while !end.isOpen.load(ordering: .sequentiallyConsistent) {
                        pauseThread(milliseconds: 3)
                        _ = await withUnsafeContinuation { pool.postpone($0) }
                    }
                }
            }
            #expect(eventually { !pool.hasFree() })
            var places = 0
            let start = now()
            eventually(within: 5) {
                if pool.room(now: MonotonicClock.milliseconds()) == .line { places += 1 }
                return places == 2
            }
            #expect(places == 2)
            #expect(now() - start > 0.19, "once in a tenth of a second, and no more")
            end.open()
        }
    }

    @Test func whoLetsOthersGoFirstComesAfterThem() async {
        let gate = Gate()
        let blocker = Task(executorPreference: pool) { gate.pass() }
        #expect(eventually { gate.count == 1 })
        // One thread is left, so what it does is in order.
        let order = Order()
        let polite = Task(executorPreference: pool) {
            while !pool.hasLine { pauseThread(milliseconds: 1) }
            _ = await withUnsafeContinuation { pool.postpone($0) }
            order.add("polite")
        }
        let other = Task(executorPreference: pool) { order.add("other") }
        await other.value
        await polite.value
        #expect(order.names == ["other", "polite"])
        gate.open()
        await blocker.value
    }

    @Test func longestJobIsTheOneToLookAfter() async {
        #expect(pool.longestJob == nil && pool.nextLook(now: 5, patience: 100) == .max)
        let before = MonotonicClock.milliseconds()
        let gate = Gate()
        let first = Task(executorPreference: pool) { gate.pass() }
        #expect(eventually { gate.count == 1 })
        let since = pool.longestJob
        #expect(since.map { $0 >= before && $0 <= MonotonicClock.milliseconds() } == true)
        #expect(pool.nextLook(now: 5, patience: 100) == (since ?? 0) + 100)
        pauseThread(milliseconds: 5)
        let second = Task(executorPreference: pool) { gate.pass() }
        #expect(eventually { gate.count == 2 })
        #expect(pool.longestJob == since, "another job has begun since, so not all are stuck")
        gate.open()
        await first.value
        await second.value
    }

    private final class Order: @unchecked Sendable {
        private let lock = Lock()
        private var list: [String] = []
        func add(_ name: String) { lock.withLock { list.append(name) } }
        var names: [String] { lock.withLock { list } }
    }
}
