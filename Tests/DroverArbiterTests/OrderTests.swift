import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct OrderTests {
    @Test func reloadIsAnsweredWhenTheNewGenerationServes() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.order(.reload, client: 7))
        #expect(herd.answers.isEmpty)
        herd.makeAllReady()
        #expect(herd.answers == ["7: 0"])
    }

    @Test func reloadThatFailsIsAnsweredWithAReason() {
        var herd = Herd.ready(workers: 2)
        herd.nextPlan = nil
        herd.tell(.order(.reload, client: 7))
        #expect(herd.answers == ["7: 1"])
        #expect(herd.answerTexts.first?.contains("drover.yaml:1:1: wrong") == true)
    }

    @Test func newerReloadAnswersTheOlderOnesClientOnly() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.order(.reload, client: 1))
        herd.tell(.order(.reload, client: 2))
        #expect(herd.answers == ["1: 1"])
        herd.makeAllReady()
        #expect(herd.answers == ["1: 1", "2: 0"])
    }

    @Test func scaleIsAnsweredAtFullStrength() {
        var herd = Herd.ready(workers: 2)
        herd.tell(.order(.scale(4), client: 1))
        #expect(herd.answers.isEmpty)
        herd.makeAllReady()
        #expect(herd.answers == ["1: 0"])
        herd.tell(.order(.scale(1), client: 2))
        #expect(herd.answers.count == 1, "three have to go first")
        herd.endDrained()
        #expect(herd.answers == ["1: 0", "2: 0"])
    }

    @Test(arguments: [0, -1, 1025])
    func scaleOutOfRangeIsRefused(number: Int) {
        var herd = Herd.ready(workers: 2)
        herd.tell(.order(.scale(number), client: 1))
        #expect(herd.answers == ["1: 1"])
        #expect(herd.state.target == 2)
    }

    @Test func scaleWhoseWorkersDoNotBootIsAnsweredSo() {
        var herd = Herd.ready(workers: 1)
        let first = herd.pids[0]
        herd.tell(.order(.scale(2), client: 1))
        for _ in 0..<5 {
            for pid in herd.pids where pid != first { herd.end(pid, .exited(3)) }
            herd.wait(1_000)
        }
        #expect(herd.answers == ["1: 1"])
    }

    @Test func drainReplacesTheWorkerOfASlotSuccessorFirst() {
        var herd = Herd.ready(workers: 2)
        let old = herd.pids[1]
        herd.tell(.order(.drain(slot: 1), client: 1))
        #expect(herd.signals.isEmpty)
        herd.makeAllReady()
        #expect(herd.signals == [.signal(.terminate, pid: old)])
        #expect(herd.answers.isEmpty)
        herd.end(old)
        #expect(herd.answers == ["1: 0"])
    }

    @Test func killEndsTheWorkerAndWaitsForItsSuccessor() {
        var herd = Herd.ready(workers: 2)
        let old = herd.pids[0]
        herd.tell(.order(.kill(slot: 0), client: 1))
        #expect(herd.signals == [.signal(.kill, pid: old)])
        herd.end(old, .signaled(.kill, core: false))
        #expect(herd.answers.isEmpty)
        herd.makeAllReady()
        #expect(herd.answers == ["1: 0"])
    }

    @Test(arguments: [ArbiterOrder.drain(slot: 5), .kill(slot: 5)])
    func slotWithoutAWorkerIsRefused(order: ArbiterOrder) {
        var herd = Herd.ready(workers: 2)
        herd.tell(.order(order, client: 1))
        #expect(herd.answers == ["1: 1"])
    }

    @Test func upgradeIsAnsweredWhenTheSuccessorServesOrFails() {
        var herd = Herd.ready(workers: 1)
        herd.tell(.order(.upgrade, client: 1))
        herd.tell(.upgradeStarted(pid: 900, executable: "/srv/2/shop"))
        herd.tell(.order(.upgrade, client: 2))
        #expect(herd.answers == ["2: 1"])
        herd.tell(.upgradeReady)
        #expect(herd.answers == ["2: 1", "1: 0"])
    }

    @Test(arguments: [false, true])
    func reopeningIsAnsweredWithItsOutcome(whileItStops: Bool) {
        var herd = Herd.ready(workers: 1)
        if whileItStops { herd.tell(.signal(.terminate)) }
        herd.logFailure = "open x.log: Permission denied"
        herd.tell(.order(.reopenLogs, client: 1))
        #expect(herd.answers == ["1: 1"])
        #expect(herd.answerTexts.first?.hasSuffix(": open x.log: Permission denied") == true)
        #expect(!herd.lines.contains("logs_reopened"))
        herd.logFailure = nil
        herd.tell(.order(.reopenLogs, client: 2))
        #expect(herd.answers == ["1: 1", "2: 0"])
        #expect(herd.lines.last == "logs_reopened")
    }

    @Test func stopIsAnsweredAtTheEndAndEverythingElseAtOnce() {
        var herd = Herd.ready(workers: 1)
        herd.tell(.order(.scale(3), client: 1))
        herd.tell(.order(.stop, client: 2))
        #expect(herd.answers == ["1: 1"])
        herd.tell(.order(.reload, client: 3))
        #expect(herd.answers == ["1: 1", "3: 1"])
        for pid in herd.pids { herd.end(pid) }
        #expect(herd.answers == ["1: 1", "3: 1", "2: 0"])
        #expect(herd.exitCode == 0)
    }
}
