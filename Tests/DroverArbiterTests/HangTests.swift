import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct HangTests {
    @Test func workerThatIsBusyTooLongIsAbortedThenKilled() {
        var herd = Herd.ready(workers: 2) {
            $0.timeout = 3_000
            $0.abortGrace = 700
        }
        let stuck = herd.pids[0]
        let since = herd.now
        herd.wait(2_999, busy: [stuck: since])
        #expect(herd.signals.isEmpty)
        herd.wait(1, busy: [stuck: since])
        #expect(herd.signals == [.signal(.abort, pid: stuck)])
        #expect(herd.actions.contains(.reportInFlight(pid: stuck, row: Int(stuck))))
        #expect(herd.state.workers.filter { $0.slot == 0 }.count == 2, "its successor is started at once")
        herd.actions = []
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 700)
        herd.wait(700, busy: [stuck: since])
        #expect(herd.signals == [.signal(.kill, pid: stuck)])
        herd.actions = []
        herd.wait(5_000, busy: [stuck: since])
        #expect(herd.signals.isEmpty, "a killed worker is not killed again")
    }

    @Test func workerThatTakesTurnsIsLeftAlone() {
        var herd = Herd.ready(workers: 1) { $0.timeout = 3_000 }
        for _ in 0..<10 { herd.wait(2_000, busy: [herd.pids[0]: herd.now + 1_000]) }
        #expect(herd.signals.isEmpty)
    }

    @Test func noTimeoutNoHang() {
        var herd = Herd.ready(workers: 1) { $0.timeout = 0 }
        herd.wait(1_000_000, busy: [herd.pids[0]: 1])
        #expect(herd.signals.isEmpty)
    }

    @Test func stoppedWorkerCountsAsHungUntilItContinues() {
        var herd = Herd.ready(workers: 1) { $0.timeout = 3_000 }
        let pid = herd.pids[0]
        herd.tell(.stopped(pid: pid))
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 3_000)
        herd.wait(2_000)
        herd.tell(.continued(pid: pid))
        herd.wait(2_000)
        #expect(herd.signals.isEmpty)
        herd.tell(.stopped(pid: pid))
        herd.wait(3_000)
        #expect(herd.signals == [.signal(.abort, pid: pid)])
    }

    @Test func noMomentOfTheArbitersIsEverInThePastForLong() {
        // A worker stopped, then the arbiter stopped past the deadline, then both on: it must neither spin nor forget.
        var herd = Herd.ready(workers: 1) {
            $0.timeout = 3_000
            $0.abortGrace = 2_000
        }
        let pid = herd.pids[0]
        herd.tell(.stopped(pid: pid))
        herd.state.expectMoment(at: herd.now + 3_000)
        herd.now += 60_000
        herd.tell(.moment(busy: [:]))
        #expect(herd.signals.isEmpty)
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 3_000)
        herd.wait(3_000)
        #expect(herd.signals == [.signal(.abort, pid: pid)])
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 2_000, "only the grace runs while it dies")
    }

    @Test func workerStoppedWhileItBootsHasItsBootDeadlineOnly() {
        var herd = Herd(workers: 1) {
            $0.timeout = 1_000
            $0.boot = 30_000
        }
        herd.tell(.start)
        herd.tell(.stopped(pid: herd.pids[0]))
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 30_000)
    }

    @Test func machineThatSleptDoesNotKillItsWorkers() {
        var herd = Herd.ready(workers: 2) { $0.timeout = 3_000 }
        let since = herd.now
        herd.state.expectMoment(at: herd.now + 3_000)
        herd.now += 600_000
        let busy = Dictionary(uniqueKeysWithValues: herd.pids.map { ($0, since) })
        herd.tell(.moment(busy: busy))
        #expect(herd.signals.isEmpty)
        #expect(herd.lines == ["arbiter_slept"])
        herd.wait(3_000, busy: busy)
        #expect(herd.signals.count == 2, "but silence after the awakening counts")
    }
}
