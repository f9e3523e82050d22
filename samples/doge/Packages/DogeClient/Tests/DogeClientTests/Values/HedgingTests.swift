import NIOCore
import Testing

@testable import DogeClient

/// When backups are sent, and how many.
struct HedgingTests {
    @Test func theDelayIsWhatMostAreFasterThan() {
        var window = LatencyWindow(percentile: 90)
        for number in 1...9 { window.add(.milliseconds(Int64(number) * 100)) }
        #expect(window.backupDelay == nil, "too few")
        window.add(.seconds(1))
        #expect(window.backupDelay == .milliseconds(900))
    }

    @Test func theDelayIsNeverShort() {
        var window = LatencyWindow(percentile: 90)
        for _ in 0..<100 { window.add(.microseconds(100)) }
        #expect(window.backupDelay == .milliseconds(10))
    }

    @Test func theDelayFollowsTheLatestCalls() {
        var window = LatencyWindow(percentile: 50)
        for _ in 0..<1_000 { window.add(.milliseconds(20)) }
        #expect(window.backupDelay == .milliseconds(20))
        for _ in 0..<600 { window.add(.milliseconds(80)) }
        #expect(window.backupDelay == .milliseconds(80))
    }

    @Test func amongAnyHundredCallsBackupsAreFew() {
        var budget = BackupBudget(ratio: 15)
        var taken: [Bool] = []
        for _ in 0..<1_000 {
            budget.begin()
            taken.append(budget.take())
        }
        for start in 0...900 { #expect(taken[start..<start + 100].count { $0 } <= 15) }
        #expect(taken.count { $0 } == 150)
    }

    @Test func callsThatRunTogetherShareTheBudget() {
        var budget = BackupBudget(ratio: 15)
        for _ in 0..<100 { budget.begin() }
        #expect((0..<100).count { _ in budget.take() } == 15)
        for _ in 0..<99 { budget.begin() }
        let early = budget.take()
        #expect(!early)
        budget.begin()
        let late = budget.take()
        #expect(late)
        var none = BackupBudget(ratio: 0)
        none.begin()
        let any = none.take()
        #expect(!any)
    }
}
