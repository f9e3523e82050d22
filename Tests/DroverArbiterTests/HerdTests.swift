import DroverSystem
import Logging
import Testing

@testable import DroverArbiter

@Suite struct HerdTests {
    @Test func startForksOneWorkerForEachSlot() {
        var herd = Herd(workers: 3)
        herd.tell(.start)
        #expect(herd.state.workers.map(\.slot) == [0, 1, 2])
        #expect(herd.state.workers.allSatisfy { $0.generation == 1 && !$0.wasReady })
    }

    @Test func readyIsLoggedOnceWithItsBootTime() {
        var herd = Herd(workers: 1)
        herd.tell(.start)
        herd.now += 40
        herd.tell(.ready(pid: herd.pids[0], after: 40_250))
        herd.tell(.ready(pid: herd.pids[0], after: 40_250))
        let ready = herd.actions.filter { if case .log(.info, "worker_ready", _) = $0 { true } else { false } }
        #expect(
            ready == [
                .log(
                    .info, "worker_ready",
                    [
                        LogField("slot", 0), LogField("pid", herd.pids[0]), LogField("generation", 1),
                        LogField("boot_ms", 40.25),
                    ])
            ])
    }

    @Test func deadWorkerIsReplacedAtOnceInItsSlot() {
        var herd = Herd.ready(workers: 2)
        herd.now += 60_000
        let dead = herd.pids[1]
        herd.end(dead, .signaled(.init(rawValue: 11), core: false))
        #expect(herd.state.workers.map(\.slot).sorted() == [0, 1])
        #expect(!herd.pids.contains(dead))
        #expect(herd.actions.contains(.vacate(row: Int(dead), slot: 1)))
        #expect(herd.lines.contains("worker_exited"))
    }

    @Test func workersThatDieYoungAreReplacedWithDoublingPauses() {
        var herd = Herd.ready(workers: 1)
        var pauses: [Int64] = []
        for _ in 0..<10 {
            herd.now += 10
            herd.end(herd.pids[0], .exited(1))
            let died = herd.now
            while herd.state.workers.isEmpty {
                let moment = herd.state.nextMoment(now: herd.now)
                #expect(moment != nil)
                herd.now = moment ?? herd.now + 1
                herd.tell(.moment(busy: [:]))
            }
            pauses.append(herd.now - died)
            herd.makeAllReady()
        }
        #expect(pauses == [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    }

    @Test func workerThatLivedLongEndsTheBackOff() {
        var herd = Herd.ready(workers: 1)
        herd.end(herd.pids[0], .exited(1))
        herd.makeAllReady()
        herd.end(herd.pids[0], .exited(1))
        #expect(herd.state.workers.isEmpty)
        herd.wait(100)
        herd.makeAllReady()
        herd.now += 5_000
        herd.end(herd.pids[0], .exited(1))
        #expect(herd.state.workers.count == 1)
    }

    @Test(arguments: [Signal.kill, .terminate])
    func deathFromOutsideIsNoReasonToWait(signal: Signal) {
        var herd = Herd.ready(workers: 1)
        for _ in 0..<20 {
            herd.now += 1
            herd.end(herd.pids[0], .signaled(signal, core: false))
            #expect(herd.state.workers.count == 1)
            herd.makeAllReady()
        }
    }

    @Test func retiringWorkerLeavesOnlyWhenItsSuccessorIsReady() {
        var herd = Herd.ready(workers: 2)
        let old = herd.pids[0]
        herd.tell(.retiring(pid: old))
        #expect(herd.state.workers.count == 3)
        #expect(herd.signals.isEmpty)
        herd.makeAllReady()
        #expect(herd.signals == [.signal(.terminate, pid: old)])
        herd.end(old)
        #expect(herd.state.workers.count == 2)
        #expect(herd.state.workers.map(\.slot).sorted() == [0, 1])
    }

    @Test func strangersAreReapedWithoutConsequence() {
        var herd = Herd.ready(workers: 1)
        let before = herd.pids
        herd.end(4711, .exited(9))
        #expect(herd.pids == before)
        #expect(herd.lines == ["stranger_reaped"])
    }
}
