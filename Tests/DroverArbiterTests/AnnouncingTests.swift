import DroverCore
import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct AnnouncingTests {
    /// A herd that is announced.
    private func announced(workers: Int = 2, _ change: (inout ArbiterPolicy) -> Void = { _ in }) -> Herd {
        var herd = Herd.ready(workers: workers, companions: [.whileReady], change)
        herd.makeAllReady()
        herd.actions = []
        return herd
    }

    private func terminated(_ pids: [Int32]) -> [ArbiterAction] { pids.map { .signal(.terminate, pid: $0) } }

    @Test func announcerStartsWhenAllWorkersAreReady() {
        var herd = Herd(workers: 2, companions: [.whileReady, .aroundWorkers])
        herd.tell(.start)
        let workers = herd.servers()
        #expect(herd.forks == 3)
        herd.tell(.ready(pid: workers[0], after: 1))
        #expect(herd.announcers().isEmpty)
        herd.tell(.ready(pid: workers[1], after: 1))
        #expect(herd.announcers().count == 1)
        #expect(herd.state.workers.last?.slot == -1)
        #expect(herd.actions.contains(.announceReady), "the start does not wait for a registry")
    }

    @Test func deadWorkerChangesNothingForTheAnnouncer() {
        var herd = announced()
        herd.end(herd.servers()[0], .signaled(.kill, core: false))
        #expect(herd.signals.isEmpty)
        #expect(herd.forks == 4)
    }

    @Test func deadAnnouncerIsReplaced() {
        var herd = announced()
        herd.end(herd.announcers()[0], .signaled(.kill, core: false))
        #expect(herd.announcers().count == 1)
        #expect(herd.signals.isEmpty)
    }

    @Test func announcerGoesBeforeTheWorkersDrain() {
        var herd = announced()
        let workers = herd.servers()
        let announcers = herd.announcers()
        herd.tell(.signal(.terminate))
        #expect(herd.signals == terminated(announcers))
        #expect(!herd.actions.contains(.closeListeners))
        herd.wait(1_000)
        #expect(herd.signals.count == 1, "the workers accept")
        herd.end(announcers[0])
        #expect(herd.signals == terminated(announcers + workers))
        #expect(herd.actions.contains(.closeListeners))
        for pid in workers { herd.end(pid) }
        #expect(herd.exitCode == 0)
    }

    @Test func announcerThatDoesNotGoIsNotWaitedForLong() {
        var herd = announced()
        let workers = herd.servers()
        let announcer = herd.announcers()[0]
        let start = herd.now
        herd.tell(.signal(.terminate))
        #expect(herd.state.nextMoment(now: herd.now) == start + 3_000)
        herd.wait(3_000)
        #expect(
            herd.signals == terminated([announcer]) + [.signal(.kill, pid: announcer)] + terminated(workers))
        // Its time is a part of everybody's.
        herd.end(announcer, .signaled(.kill, core: false))
        #expect(herd.state.nextMoment(now: herd.now) == start + 31_000)
    }

    @Test func announcerHasNoMoreThanHalfOfTheTime() {
        var herd = announced { $0.graceful = 1_000 }
        herd.tell(.signal(.terminate))
        herd.wait(500)
        #expect(herd.signals.count { if case .signal(.terminate, _) = $0 { true } else { false } } == 3)
    }

    @Test func announcerThatIsNotReadyYetIsToldToo() {
        var herd = Herd.ready(workers: 1, companions: [.whileReady])
        let announcer = herd.announcers()[0]
        herd.tell(.signal(.terminate))
        #expect(herd.signals == terminated([announcer]), "it may have said something already")
    }

    @Test func quickStopLetsTheAnnouncerTakeBackWhatItSaid() {
        var herd = announced(workers: 1)
        let worker = herd.servers()[0]
        let announcer = herd.announcers()[0]
        herd.tell(.signal(.quit))
        #expect(herd.signals == [.signal(.terminate, pid: announcer), .signal(.quit, pid: worker)])
        herd.end(worker)
        herd.wait(1_000)
        #expect(herd.signals.last == .signal(.kill, pid: announcer))
    }

    @Test func secondTerminateDoesNotWaitForTheAnnouncer() {
        var herd = announced(workers: 1)
        let worker = herd.servers()[0]
        herd.tell(.signal(.terminate))
        herd.tell(.signal(.terminate))
        #expect(herd.signals.last == .signal(.quit, pid: worker))
        #expect(herd.actions.count { $0 == .closeListeners } == 1)
        for pid in herd.pids { herd.end(pid) }
        #expect(herd.exitCode == 0)
    }

    @Test func stopOfAHerdThatIsAwayClosesTheListeners() {
        var herd = announced(workers: 1)
        herd.tell(.signal(.windowChange))
        herd.end(herd.announcers()[0])
        herd.endDrained()
        herd.tell(.signal(.terminate))
        #expect(herd.actions.suffix(2) == [.closeListeners, .leave(code: 0)])
    }

    @Test func withdrawnWorkersAreAnnouncedAgainWhenTheyAreBack() {
        var herd = announced(workers: 1)
        let worker = herd.servers()[0]
        let announcer = herd.announcers()[0]
        herd.tell(.signal(.windowChange))
        #expect(herd.signals == terminated([announcer]))
        herd.end(announcer)
        #expect(herd.signals == terminated([announcer, worker]))
        herd.end(worker)
        herd.tell(.signal(.hangUp))
        #expect(herd.announcers().isEmpty)
        herd.makeAllReady()
        #expect(herd.announcers().count == 1)
    }
}
