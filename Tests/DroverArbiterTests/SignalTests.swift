import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct SignalTests {
    @Test func terminateDrainsEveryWorkerAndLeavesWhenTheyHaveGone() {
        var herd = Herd.ready(workers: 2)
        let pids = herd.pids
        herd.tell(.signal(.terminate))
        #expect(herd.actions.contains(.closeListeners))
        #expect(herd.signals == pids.map { .signal(.terminate, pid: $0) })
        herd.end(pids[0])
        #expect(herd.exitCode == nil)
        #expect(herd.pids == [pids[1]], "nobody is replaced while stopping")
        herd.end(pids[1])
        #expect(herd.exitCode == 0)
        #expect(herd.state.phase == .over)
    }

    @Test(arguments: [Signal.interrupt, .quit])
    func interruptAndQuitStopQuickly(signal: Signal) {
        var herd = Herd.ready(workers: 2)
        herd.tell(.signal(signal))
        #expect(herd.signals == herd.pids.map { .signal(.quit, pid: $0) })
        herd.actions = []
        herd.wait(1_000)
        #expect(herd.signals == herd.pids.map { .signal(.kill, pid: $0) })
    }

    @Test func terminalThatClosesIsAGracefulStopWhichNothingHastens() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.terminalClosed)
        #expect(herd.lines.first == "terminal_closed")
        #expect(herd.signals == herd.pids.map { .signal(.terminate, pid: $0) })
        herd.actions = []
        // The shell and the kernel may both say so.
        herd.tell(.terminalClosed)
        herd.tell(.signal(.hangUp))
        #expect(herd.actions.isEmpty)
        for pid in herd.pids { herd.end(pid) }
        #expect(herd.exitCode == 0)
    }

    @Test func terminalThatClosesEndsAReload() {
        var herd = Herd.ready(workers: 1)
        herd.tell(.signal(.hangUp))
        #expect(herd.pids.count == 2)
        herd.tell(.terminalClosed)
        #expect(herd.lines.contains("reload_failed"))
        for pid in herd.pids { herd.end(pid, .signaled(.kill, core: false)) }
        #expect(herd.exitCode == 0)
    }

    @Test func secondTerminateIsQuick() {
        var herd = Herd.ready(workers: 1)
        herd.tell(.signal(.terminate))
        herd.actions = []
        herd.tell(.signal(.terminate))
        #expect(herd.signals == [.signal(.quit, pid: herd.pids[0])])
        #expect(!herd.actions.contains(.closeListeners))
        herd.actions = []
        herd.tell(.signal(.terminate))
        #expect(herd.signals.isEmpty, "a third changes nothing")
    }

    @Test func gracefulStopKillsWhoDoesNotLeaveInTime() {
        var herd = Herd.ready(workers: 1) { $0.graceful = 2_000 }
        herd.tell(.signal(.terminate))
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 3_000)
        herd.actions = []
        herd.wait(3_000)
        #expect(herd.signals == [.signal(.kill, pid: herd.pids[0])])
        herd.end(herd.pids[0], .signaled(.kill, core: false))
        #expect(herd.exitCode == 0)
    }

    @Test func stopWhileWorkersBootKillsThem() {
        var herd = Herd(workers: 2)
        herd.tell(.start)
        herd.tell(.signal(.terminate))
        #expect(herd.signals == herd.pids.map { .signal(.kill, pid: $0) })
    }

    @Test func workerForkedDuringTheStopIsKilled() {
        var state = ArbiterState(plan: HerdPlan(policy: ArbiterPolicy(), workers: 1))
        _ = state.handle(.start, at: 0)
        #expect(state.handle(.signal(.terminate), at: 0).contains(.leave(code: 0)))
        let late = state.handle(.spawned(pid: 7, row: 0, slot: 0, generation: 1), at: 1)
        #expect(late.contains(.signal(.kill, pid: 7)))
    }

    @Test func terminalInputAndOutputChangeTheHerd() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.signal(.terminalInput))
        #expect(herd.state.target == 3)
        #expect(herd.state.workers.map(\.slot) == [0, 1, 2])
        herd.makeAllReady()
        herd.actions = []
        herd.tell(.signal(.terminalOutput))
        #expect(herd.signals == [.signal(.terminate, pid: herd.pids[2])])
        herd.end(herd.pids[2])
        #expect(herd.state.workers.map(\.slot) == [0, 1])
    }

    @Test func oneWorkerIsTheFewest() {
        var herd = Herd.ready(workers: 1)
        herd.tell(.signal(.terminalOutput))
        #expect(herd.state.target == 1)
        #expect(herd.signals.isEmpty)
    }

    @Test func windowChangeSendsTheWorkersAwayAndHangUpBringsThemBack() {
        var herd = Herd.ready(workers: 2)
        let pids = herd.pids
        herd.tell(.signal(.windowChange))
        #expect(herd.signals == pids.map { .signal(.terminate, pid: $0) })
        for pid in pids { herd.end(pid) }
        #expect(herd.state.workers.isEmpty)
        #expect(herd.exitCode == nil)
        #expect(herd.state.nextMoment(now: herd.now) == nil)
        herd.tell(.signal(.hangUp))
        #expect(herd.state.workers.count == 2)
    }

    @Test func user1ReopensTheLogsOfEverybody() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.signal(.user1))
        #expect(herd.actions.contains(.reopenLogs))
        #expect(herd.lines == ["logs_reopened"])
        #expect(herd.signals == herd.pids.map { .signal(.user1, pid: $0) })
    }

    @Test func logThatCannotBeReopenedIsNotCalledSoAndTheWorkersAreToldAllTheSame() {
        var herd = Herd.ready(workers: 2)
        herd.logFailure = "open x.log: Permission denied"
        herd.tell(.signal(.user1))
        #expect(herd.lines.isEmpty && herd.answers.isEmpty)
        #expect(herd.signals == herd.pids.map { .signal(.user1, pid: $0) })
    }

    /// Whatever comes in whatever state, a stop is always possible and ends.
    @Test(arguments: [
        Signal.terminate, .interrupt, .quit, .hangUp, .user1, .user2, .terminalInput, .terminalOutput, .windowChange,
        .child,
    ])
    func everySignalInEveryStage(signal: Signal) {
        let stages: [(inout Herd) -> Void] = [
            { _ in },
            { $0.tell(.start) },
            {
                $0.tell(.start)
                $0.makeAllReady()
            },
            {
                $0.tell(.start)
                $0.makeAllReady()
                $0.tell(.retiring(pid: $0.pids[0]))
            },
            {
                $0.tell(.start)
                $0.makeAllReady()
                $0.wait(30_000, busy: [$0.pids[0]: $0.now])
            },
            {
                $0.tell(.start)
                $0.makeAllReady()
                $0.tell(.signal(.windowChange))
            },
            {
                $0.tell(.start)
                $0.makeAllReady()
                $0.tell(.signal(.terminate))
            },
            {
                $0.tell(.start)
                $0.end($0.pids[0], .exited(3))
            },
        ]
        for stage in stages {
            var herd = Herd(workers: 2)
            stage(&herd)
            herd.tell(.signal(signal))
            herd.tell(.signal(.quit))
            herd.wait(2_000)
            for pid in herd.pids { herd.end(pid, .signaled(.kill, core: false)) }
            #expect(herd.exitCode == 0)
            herd.actions = []
            herd.tell(.signal(.terminate))
            #expect(herd.actions.isEmpty, "an arbiter that has left does nothing more")
        }
    }
}
