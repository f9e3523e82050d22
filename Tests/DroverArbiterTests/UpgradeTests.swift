import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct UpgradeTests {
    @Test func elderDrainsItselfWhenTheSuccessorIsReady() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.signal(.user2))
        #expect(herd.actions == [.startUpgrade])
        herd.tell(.upgradeStarted(pid: 900, executable: "/srv/2/shop"))
        #expect(herd.signals.isEmpty, "it serves until then")
        herd.tell(.upgradeReady)
        #expect(herd.signals == herd.pids.map { .signal(.terminate, pid: $0) })
        herd.endDrained()
        #expect(herd.exitCode == 0)
    }

    @Test func elderGoesOnWhenTheSuccessorFails() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.signal(.user2))
        herd.tell(.upgradeStarted(pid: 900, executable: "/srv/2/shop"))
        herd.end(900, .exited(1))
        #expect(herd.lines.last == "upgrade_failed")
        #expect(herd.signals.isEmpty)
        herd.tell(.signal(.user2))
        #expect(herd.actions.filter { $0 == .startUpgrade }.count == 2, "it can be tried again")
        herd.tell(.upgradeRefused(reason: "execve /usr/bin/drover: No such file or directory"))
        #expect(herd.state.upgrade == .none)
        #expect(herd.pids.count == 2)
    }

    @Test func onlyOneUpgradeAtATime() {
        var herd = Herd.ready(workers: 1)
        herd.tell(.signal(.user2))
        herd.tell(.upgradeStarted(pid: 900, executable: "/srv/2/shop"))
        herd.tell(.signal(.user2))
        #expect(herd.actions.filter { $0 == .startUpgrade }.count == 1)
        #expect(herd.lines.last == "upgrade_refused")
    }

    @Test func successorHasToWaitForItsEldersEnd() {
        var herd = Herd(workers: 1, hasElder: true)
        herd.tell(.start)
        herd.makeAllReady()
        herd.tell(.signal(.user2))
        #expect(herd.lines.last == "upgrade_refused")
        herd.tell(.elderGone)
        herd.tell(.signal(.user2))
        #expect(herd.actions.contains(.startUpgrade))
    }

    @Test func successorAnnouncesItselfWhenAllAreReady() {
        var herd = Herd(workers: 2, hasElder: true)
        herd.tell(.start)
        herd.tell(.ready(pid: herd.pids[0], after: 1))
        #expect(!herd.actions.contains(.announceReady))
        herd.tell(.ready(pid: herd.pids[1], after: 1))
        herd.end(herd.pids[0], .signaled(.kill, core: false))
        herd.makeAllReady()
        #expect(herd.actions.filter { $0 == .announceReady }.count == 1)
    }

    @Test func successorOfWhichOnlyAPartBootsGivesUp() {
        var herd = Herd(workers: 2, hasElder: true)
        herd.tell(.start)
        let pids = herd.pids
        herd.tell(.ready(pid: pids[0], after: 1))
        var rounds = 0
        while herd.exitCode == nil, rounds < 50 {
            rounds += 1
            for pid in herd.pids where pid != pids[0] || herd.lines.contains("gave_up") { herd.end(pid, .exited(3)) }
            herd.wait(500)
        }
        #expect(herd.exitCode == 3)
    }

    @Test func byHandTheElderWaitsForItsOperator() {
        var herd = Herd.ready(workers: 1) { $0.upgradesByHand = true }
        herd.tell(.signal(.user2))
        herd.tell(.upgradeStarted(pid: 900, executable: "/srv/2/shop"))
        herd.tell(.upgradeReady)
        #expect(herd.signals.isEmpty)
        herd.tell(.signal(.windowChange))
        herd.endDrained()
        #expect(herd.pids.isEmpty)
        herd.tell(.signal(.hangUp))
        #expect(herd.pids.count == 1, "taken back")
        herd.end(900)
        #expect(herd.lines.last == "upgrade_ended")
        #expect(herd.exitCode == nil)
    }
}
