import DroverCore
import DroverSystem
import Testing

@testable import DroverArbiter

// Who announces a herd while another takes its place: somebody always does.
@Suite struct AnnouncingHandoverTests {
    /// A herd of one whose next generation is complete, and announced by nobody yet.
    private func reloaded() -> Herd {
        var herd = Herd.ready(workers: 1, companions: [.whileReady])
        herd.makeAllReady()
        herd.tell(.signal(.hangUp))
        herd.actions = []
        for pid in herd.pids(of: 2) { herd.tell(.ready(pid: pid, after: 1)) }
        return herd
    }

    @Test func newAnnouncerStartsWhenItsGenerationIsInForce() {
        var herd = Herd.ready(workers: 1, companions: [.whileReady])
        herd.makeAllReady()
        herd.tell(.signal(.hangUp))
        #expect(herd.announcers(of: 2).isEmpty)
        herd.tell(.ready(pid: herd.servers(of: 2)[0], after: 1))
        #expect(herd.state.generation == 2)
        #expect(herd.announcers(of: 2).count == 1)
    }

    @Test func oldGenerationStaysUntilTheNewOneIsAnnounced() {
        var herd = reloaded()
        let old = herd.announcers(of: 1)[0]
        let worker = herd.servers(of: 1)[0]
        #expect(herd.signals.isEmpty)
        herd.makeAllReady()
        #expect(herd.signals == [.signal(.terminate, pid: old)])
        herd.end(old)
        #expect(herd.signals.last == .signal(.terminate, pid: worker))
        herd.end(worker)
        #expect(herd.state.workers.allSatisfy { $0.generation == 2 })
    }

    @Test func oldGenerationDoesNotWaitForEver() {
        var herd = reloaded()
        let old = herd.announcers(of: 1)[0]
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 3_000)
        herd.wait(2_999)
        #expect(herd.signals.isEmpty)
        herd.wait(1)
        #expect(herd.signals == [.signal(.terminate, pid: old)])
        herd.wait(3_000)
        #expect(herd.signals.last == .signal(.terminate, pid: herd.servers(of: 1)[0]))
    }

    @Test func failedReloadLeavesTheAnnouncerAlone() {
        var herd = Herd.ready(workers: 1, companions: [.whileReady])
        herd.makeAllReady()
        let pids = herd.pids
        herd.tell(.signal(.hangUp))
        herd.actions = []
        herd.end(herd.pids(of: 2)[0], .exited(1))
        #expect(herd.signals.isEmpty)
        #expect(herd.pids == pids)
    }

    @Test func successorIsAnnouncedBeforeItsElderHearsOfIt() {
        var herd = Herd.ready(workers: 1, companions: [.whileReady], hasElder: true)
        #expect(!herd.state.hasServed)
        herd.makeAllReady()
        #expect(herd.actions.contains(.announceReady))
    }

    @Test func successorWhoseAnnouncerTakesTooLongTakesOverAllTheSame() {
        var herd = Herd.ready(workers: 1, companions: [.whileReady], hasElder: true)
        #expect(herd.state.nextMoment(now: herd.now) == herd.now + 3_000)
        herd.wait(3_000)
        #expect(herd.actions.contains(.announceReady))
    }

    @Test func elderWithdrawsItsAnnouncementBeforeItDrains() {
        var herd = Herd.ready(workers: 1, companions: [.whileReady])
        herd.makeAllReady()
        herd.tell(.upgradeStarted(pid: 900, executable: "/srv/2/shop"))
        herd.tell(.upgradeReady)
        #expect(herd.signals == [.signal(.terminate, pid: herd.announcers()[0])])
        herd.end(herd.announcers()[0])
        #expect(herd.signals.last == .signal(.terminate, pid: herd.servers()[0]))
    }
}
