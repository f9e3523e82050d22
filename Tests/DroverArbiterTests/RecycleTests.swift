import DroverCore
import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct RecycleTests {
    @Test func workerIsReplacedAtItsAge() {
        var herd = Herd.ready(workers: 1) { $0.maxWorkerLifetime = 60_000 }
        let old = herd.pids[0]
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 60_000)
        herd.wait(60_000)
        #expect(herd.forks == 2)
        #expect(herd.signals.isEmpty, "its successor comes first")
        herd.makeAllReady()
        #expect(herd.signals == [.signal(.terminate, pid: old)])
    }

    @Test(arguments: [1, 2, 4])
    func onlySoManyAreReplacedAtATime(limit: Int) {
        var herd = Herd.ready(workers: 4) { $0.maxUnavailable = limit }
        for pid in herd.pids { herd.tell(.retiring(pid: pid)) }
        #expect(herd.forks == 4 + limit)
        herd.makeAllReady()
        #expect(herd.forks == min(4 + 2 * limit, 8))
        for _ in 0..<4 { herd.makeAllReady() }
        herd.endDrained()
        #expect(herd.forks == 8)
        #expect(herd.pids.count == 4)
    }

    @Test func noneIsReplacedWhileAnotherIsMissing() {
        var herd = Herd.ready(workers: 2)
        let pids = herd.pids
        herd.end(pids[1], .signaled(.kill, core: false))
        herd.tell(.retiring(pid: pids[0]))
        #expect(herd.forks == 3, "the one for the missing worker")
        herd.makeAllReady()
        #expect(herd.forks == 4)
    }

    @Test func noneIsReplacedDuringAReload() {
        var herd = Herd.ready(workers: 2)
        let old = herd.pids
        herd.tell(.signal(.hangUp))
        herd.tell(.retiring(pid: old[0]))
        #expect(herd.pids(of: 1) == old)
    }

    @Test func companionsStartWithTheWorkersAndGoLast() {
        var herd = Herd.ready(workers: 2, companions: [.aroundWorkers])
        let companion = herd.state.workers.first { $0.isCompanion }?.pid ?? 0
        let workers = herd.pids.filter { $0 != companion }
        herd.tell(.signal(.terminate))
        #expect(herd.signals == workers.map { .signal(.terminate, pid: $0) })
        herd.actions = []
        for pid in workers { herd.end(pid) }
        #expect(herd.signals == [.signal(.terminate, pid: companion)])
        #expect(herd.exitCode == nil)
        herd.end(companion)
        #expect(herd.exitCode == 0)
    }

    @Test func companionThatDoesNotBootDoesNotEndTheServer() {
        var herd = Herd(workers: 1, companions: [.aroundWorkers]) { $0.boot = 0 }
        herd.tell(.start)
        let worker = herd.pids[0]
        for _ in 0..<8 {
            for pid in herd.pids where pid != worker { herd.end(pid, .exited(1)) }
            herd.wait(20_000)
        }
        #expect(herd.exitCode == nil)
        herd.tell(.ready(pid: worker, after: 1))
        #expect(herd.actions.contains(.announceReady))
    }

    @Test func reloadBringsNewCompanionsAndKeepsTheOldUntilTheirWorkersHaveGone() {
        var herd = Herd.ready(workers: 1, companions: [.aroundWorkers])
        let old = herd.state.workers
        herd.tell(.signal(.hangUp))
        #expect(herd.forks == 4)
        herd.makeAllReady()
        let worker = old.first { !$0.isCompanion }?.pid ?? 0
        let companion = old.first { $0.isCompanion }?.pid ?? 0
        #expect(herd.signals == [.signal(.terminate, pid: worker)])
        herd.end(worker)
        #expect(herd.signals.last == .signal(.terminate, pid: companion))
    }
}
