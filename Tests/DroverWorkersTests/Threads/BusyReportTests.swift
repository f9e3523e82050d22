import DroverCore
import Testing

@testable import DroverWorkers

@Suite struct BusyReportTests {
    private final class Count: @unchecked Sendable {
        var value = 0
    }

    private func sample() throws -> (BusyReport, RowReference, Scoreboard, Count) {
        let board = try Scoreboard(capacity: 1)
        let row = board.row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let wakes = Count()
        return (BusyReport(row: row, scoreboard: board) { wakes.value += 1 }, row, board, wakes)
    }

    @Test func loopAtATurnIsBusy() throws {
        var (report, row, _, _) = try sample()
        report.setLoop(since: 500)
        #expect(row.busySince == 500 && row.heartbeat == 500)
        report.setLoop(since: 0)
        #expect(row.busySince == 0 && row.heartbeat == 500)
    }

    @Test func allThreadsTakenIsBusyWhateverTheLoopDoes() throws {
        var (report, row, _, _) = try sample()
        report.setThreads(since: 700)
        #expect(row.busySince == 700)
        report.setLoop(since: 900)
        #expect(row.busySince == 700, "the longer of the two is what somebody has to act on")
        report.setThreads(since: 950)
        #expect(row.busySince == 900)
        report.setLoop(since: 0)
        #expect(row.busySince == 950, "a thread has begun something meanwhile")
        report.setThreads(since: 0)
        #expect(row.busySince == 0)
    }

    @Test func arbiterThatSleepsIsWokenOnceByWhoGetsBusy() throws {
        var (report, _, board, wakes) = try sample()
        board.beginDozing()
        report.setThreads(since: 0)
        #expect(wakes.value == 0)
        report.setThreads(since: 10)
        #expect(wakes.value == 1)
        report.setLoop(since: 20)
        report.setLoop(since: 0)
        report.setThreads(since: 0)
        report.setLoop(since: 30)
        #expect(wakes.value == 1)
    }
}
