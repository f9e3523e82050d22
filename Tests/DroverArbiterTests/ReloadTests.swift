import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct ReloadTests {
    /// A herd of two that is asked to become a herd of three.
    private func reloading() -> Herd {
        var herd = Herd.ready(workers: 2)
        herd.nextPlan?.workers = 3
        herd.tell(.signal(.hangUp))
        return herd
    }

    @Test func oldGenerationStaysUntilEveryNewWorkerIsReady() {
        var herd = reloading()
        let old = herd.pids(of: 1)
        let new = herd.pids(of: 2)
        #expect(new.count == 3)
        for pid in new.dropLast() { herd.tell(.ready(pid: pid, after: 1)) }
        #expect(herd.signals.isEmpty)
        #expect(!herd.actions.contains(.commit(generation: 2)))
        herd.tell(.ready(pid: new[2], after: 1))
        #expect(herd.signals == old.map { .signal(.terminate, pid: $0) })
        let commit = herd.actions.firstIndex(of: .commit(generation: 2))
        let drain = herd.actions.firstIndex(of: herd.signals[0])
        #expect(commit ?? .max < drain ?? 0, "the new ones accept before the old ones stop")
        herd.endDrained()
        #expect(herd.pids == new)
        #expect(herd.state.generation == 2)
        #expect(herd.lines.contains("reloaded"))
    }

    @Test func reloadDuringTheStartAnnouncesTheGenerationThatIsCompleteFirst() {
        var herd = Herd(workers: 2)
        herd.tell(.start)
        herd.tell(.signal(.hangUp))
        for pid in herd.pids(of: 2) { herd.tell(.ready(pid: pid, after: 1)) }
        #expect(herd.state.generation == 2)
        #expect(herd.actions.count { $0 == .announceReady } == 1)
    }

    @Test func mistakeInTheConfigurationChangesNothing() {
        var herd = Herd.ready(workers: 2)
        herd.nextPlan = nil
        herd.tell(.signal(.hangUp))
        #expect(herd.lines == ["reload_failed"])
        #expect(herd.forks == 2)
        #expect(herd.state.generation == 1)
        herd.nextPlan = herd.state.plan
        herd.tell(.signal(.hangUp))
        herd.makeAllReady()
        #expect(herd.state.generation == 3, "a number is given once")
    }

    @Test func newFilesAloneNeedNoNewWorkers() {
        var herd = Herd.ready(workers: 2)
        let old = herd.pids
        herd.renewable = ["127.0.0.1:443", ":8443"]
        herd.tell(.order(.reload, client: 7))
        #expect(herd.forks == 2)
        #expect(herd.pids == old)
        #expect(herd.state.generation == 1)
        #expect(herd.state.reload == nil)
        #expect(herd.lines == ["renewed", "logs_reopened"])
        #expect(herd.signals == old.map { .signal(.user1, pid: $0) }, "they open their logs, and stay")
        #expect(herd.answers == ["7: 0"])
        #expect(herd.answerTexts.first?.contains("127.0.0.1:443,:8443") == true)
        herd.renewable = []
        herd.actions = []
        herd.tell(.signal(.hangUp))
        herd.makeAllReady()
        #expect(herd.state.generation == 3, "a reload that finds no new files starts new workers")
    }

    @Test(arguments: [3, 70])
    func newWorkerThatDoesNotBootEndsTheReload(status: Int32) {
        var herd = reloading()
        let old = herd.pids(of: 1)
        let new = herd.pids(of: 2)
        herd.tell(.ready(pid: new[1], after: 1))
        herd.actions = []
        herd.end(new[0], .exited(status))
        #expect(herd.actions.contains(.abandon(generation: 2)))
        #expect(herd.signals == [.signal(.terminate, pid: new[1]), .signal(.kill, pid: new[2])])
        for pid in new.dropFirst() { herd.end(pid) }
        herd.wait(60_000)
        #expect(herd.pids == old)
        #expect(herd.state.target == 2)
        #expect(herd.lines.filter { $0 == "reload_failed" }.count == 1)
        #expect(herd.exitCode == nil)
    }

    @Test func newWorkerThatHangsAtBootEndsTheReloadAtItsDeadline() {
        var herd = Herd.ready(workers: 1)
        herd.nextPlan?.policy.boot = 700
        herd.tell(.signal(.hangUp))
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 700)
        herd.wait(700)
        #expect(herd.lines.suffix(2) == ["boot_timeout", "reload_failed"])
        #expect(herd.actions.contains(.abandon(generation: 2)))
    }

    @Test func newWorkerThatCannotBeForkedEndsTheReload() {
        var state = Herd.ready(workers: 1).state
        var plan = state.plan
        plan.workers = 2
        #expect(state.handle(.signal(.hangUp), at: 0) == [.prepareReload(generation: 2)])
        let actions = state.handle(.reloadPrepared(generation: 2, plan), at: 0)
        #expect(actions.contains(.spawn(slot: 1, generation: 2)))
        let after = state.handle(.spawnFailed(slot: 1, generation: 2, reason: "fork: no memory"), at: 0)
        #expect(after.contains(.abandon(generation: 2)))
    }

    @Test func newWorkerThatSomebodyKillsIsStartedAgain() {
        var herd = reloading()
        herd.end(herd.pids(of: 2)[0], .signaled(.kill, core: false))
        #expect(herd.pids(of: 2).count == 3)
        herd.makeAllReady()
        #expect(herd.state.generation == 2)
    }

    @Test func oldWorkerThatDiesMeanwhileIsReplacedByItsOwnGeneration() {
        var herd = reloading()
        herd.end(herd.pids(of: 1)[0], .signaled(.kill, core: false))
        #expect(herd.pids(of: 1).count == 2)
    }

    @Test func terminateDuringAReloadActsAtOnce() {
        var herd = reloading()
        let (old, new) = (herd.pids(of: 1), herd.pids(of: 2))
        herd.tell(.signal(.terminate))
        for pid in old { #expect(herd.signals.contains(.signal(.terminate, pid: pid))) }
        for pid in new { #expect(herd.signals.contains(.signal(.kill, pid: pid))) }
        for pid in old + new { herd.end(pid) }
        #expect(herd.exitCode == 0)
    }

    @Test func secondHangUpBeginsAgain() {
        var herd = reloading()
        let first = herd.pids(of: 2)
        herd.nextPlan?.workers = 1
        herd.tell(.signal(.hangUp))
        #expect(herd.actions.contains(.abandon(generation: 2)))
        for pid in first { #expect(herd.signals.contains(.signal(.kill, pid: pid))) }
        herd.makeAllReady()
        #expect(herd.state.generation == 3)
        #expect(herd.state.target == 1)
    }

    @Test func terminalInputDuringAReloadCountsForBothGenerations() {
        var herd = reloading()
        herd.tell(.signal(.terminalInput))
        #expect(herd.pids(of: 1).count == 3)
        #expect(herd.pids(of: 2).count == 3)
        herd.tell(.signal(.terminalInput))
        #expect(herd.pids(of: 2).count == 4)
        herd.makeAllReady()
        #expect(herd.state.generation == 2)
        #expect(herd.state.target == 4)
    }

    @Test func windowChangeEndsAReload() {
        var herd = reloading()
        herd.tell(.signal(.windowChange))
        #expect(herd.actions.contains(.abandon(generation: 2)))
        for pid in herd.pids { herd.end(pid) }
        #expect(herd.pids.isEmpty)
    }

    @Test func drainKeepsTheTimeOfItsOwnGeneration() {
        var herd = Herd.ready(workers: 1) { $0.graceful = 9_000 }
        herd.nextPlan?.policy.graceful = 1_000
        herd.tell(.signal(.hangUp))
        herd.makeAllReady()
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 10_000)
    }
}
