import DroverCore
import Testing

@Suite struct NoticeBoardTests {
    @Test func whoSharesANameSharesTheMinute() throws {
        let board = try Scoreboard(capacity: 1).notices
        let (one, same, other) = (board.pacer("a"), board.pacer("a"), board.pacer("b"))
        #expect(one.count(at: 1_000) == 0)
        #expect(same.count(at: 1_059) == nil && one.count(at: 1_059) == nil)
        #expect(other.count(at: 1_000) == 0)
        #expect(same.count(at: 1_060) == 2, "what the others did not say counts")
        #expect(one.count(at: 1_061) == nil)
    }

    @Test func fullBoardLeavesEverybodyAPacerOfHisOwn() throws {
        let board = try Scoreboard(capacity: 1).notices
        let pacers = (0..<1_000).map { board.pacer("notice \($0)") }
        #expect(pacers.allSatisfy { $0.count(at: 1_000) == 0 })
        #expect(pacers.allSatisfy { $0.count(at: 1_001) == nil })
        #expect(board.pacer("notice 0").count(at: 1_001) == nil, "the first came in time")
    }

    @Test func pacerOfOnesOwn() {
        let pacer = NoticePacer()
        #expect(pacer.count(at: 0) == 0 && pacer.count(at: 59) == nil && pacer.count(at: 60) == 1)
    }
}
