import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct BootTests {
    @Test(arguments: [1, 2, 4, 8])
    func givesUpWhenNoWorkerWasEverReady(workers: Int) {
        var herd = Herd(workers: workers)
        herd.tell(.start)
        var rounds = 0
        while herd.exitCode == nil, rounds < 100 {
            rounds += 1
            if let pid = herd.pids.first { herd.end(pid, .exited(3)) } else { herd.wait(50) }
        }
        #expect(herd.exitCode == 3)
        #expect(herd.forks <= max(workers, 3) + workers)
        #expect(herd.lines.filter { $0 == "gave_up" }.count == 1)
    }

    @Test func doesNotGiveUpWhileOneIsStillTrying() {
        var herd = Herd(workers: 4)
        herd.tell(.start)
        let slow = herd.pids[3]
        for pid in herd.pids.prefix(3) { herd.end(pid, .exited(3)) }
        #expect(herd.exitCode == nil)
        herd.tell(.ready(pid: slow, after: 40_250))
        for _ in 0..<20 {
            for pid in herd.pids where pid != slow { herd.end(pid, .exited(3)) }
            herd.wait(20_000)
        }
        #expect(herd.exitCode == nil, "one worker was ready once, so the server goes on")
        #expect(herd.pids.contains(slow))
    }

    @Test func bootThatHangsIsKilledAtItsDeadline() {
        var herd = Herd(workers: 1) { $0.boot = 500 }
        herd.tell(.start)
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 500)
        herd.wait(499)
        #expect(herd.signals.isEmpty)
        herd.wait(1)
        #expect(herd.signals == [.signal(.kill, pid: herd.pids[0])])
        #expect(herd.lines.contains("boot_timeout"))
    }

    @Test func bootTimeoutsCountTowardsGivingUp() {
        var herd = Herd(workers: 1) { $0.boot = 500 }
        herd.tell(.start)
        for _ in 0..<3 {
            while herd.pids.isEmpty { herd.wait(100) }
            herd.wait(500)
            herd.end(herd.pids[0], .signaled(.kill, core: false))
        }
        #expect(herd.exitCode == 3)
    }

    @Test func forkThatFailsIsTriedAgainAfterAPause() {
        var state = ArbiterState(plan: HerdPlan(policy: ArbiterPolicy(), workers: 1))
        #expect(state.handle(.start, at: 0) == [.spawn(slot: 0, generation: 1)])
        let first = state.handle(.spawnFailed(slot: 0, generation: 1, reason: "fork: no memory"), at: 0)
        #expect(first.contains(.spawn(slot: 0, generation: 1)))
        _ = state.handle(.spawnFailed(slot: 0, generation: 1, reason: "fork: no memory"), at: 0)
        #expect(state.nextMoment(now: 0) == 100)
        let last = state.handle(.moment(busy: [:]), at: 100)
        #expect(last == [.spawn(slot: 0, generation: 1)])
        #expect(
            state.handle(.spawnFailed(slot: 0, generation: 1, reason: "fork: no memory"), at: 100).contains(
                .leave(code: 3)))
    }
}
