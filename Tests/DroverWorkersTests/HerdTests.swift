import DroverCore
import Testing

@testable import DroverWorkers

/// The rule by which workers share connections, as a table: no memory is shared and no process runs.
@Suite struct HerdTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        /// The connections of the worker that asks, of `limit` at most.
        var own: Int
        var limit = 100
        var siblings: [HerdMember]
        let admits: Bool

        init(_ name: String, own: Int, limit: Int = 100, _ siblings: [HerdMember], admits: Bool) {
            testDescription = name
            self.own = own
            self.limit = limit
            self.siblings = siblings
            self.admits = admits
        }
    }

    private static let cases = [
        Case("alone", own: 50, [], admits: true),
        Case("alone and full, another connection gives way", own: 100, [], admits: true),
        Case("level", own: 10, [HerdMember(served: 10)], admits: true),
        Case("one above the mean", own: 12, [HerdMember(served: 10)], admits: false),
        Case("below the mean", own: 9, [HerdMember(served: 10)], admits: true),
        Case("few: one more than the mean", own: 3, [HerdMember(served: 1)], admits: true),
        Case("few: two more than the mean", own: 4, [HerdMember(served: 1)], admits: false),
        Case("no longer few", own: 8, [HerdMember(served: 7)], admits: false),
        Case(
            "no more than the largest of many", own: 9, [HerdMember(served: 9), HerdMember(served: 0)], admits: false),
        Case("full beside a sibling with a place", own: 10, limit: 10, [HerdMember(served: 9)], admits: false),
        Case("full beside a full one", own: 10, limit: 10, [HerdMember(served: 10)], admits: true),
        Case("full beside a sibling that is blocked", own: 10, limit: 10, [HerdMember(isBlocked: true)], admits: true),
        Case("sibling holds back", own: 3, [HerdMember(stance: .holdingBack)], admits: false),
        Case("sibling is full", own: 3, [HerdMember(stance: .full)], admits: true),
        Case("sibling is paused", own: 3, [HerdMember(stance: .paused)], admits: true),
        Case("sibling is deaf", own: 3, [HerdMember(stance: .deaf)], admits: true),
        Case("sibling declines", own: 3, [HerdMember(stance: .declining)], admits: true),
        Case("sibling has not begun", own: 3, [HerdMember(stance: .absent)], admits: true),
        Case("sibling drains", own: 3, [HerdMember(accepts: false)], admits: true),
        Case("sibling is of a generation to come", own: 3, [HerdMember(isAdmitted: false)], admits: true),
        Case("sibling is a companion", own: 3, [HerdMember(slot: -1)], admits: true),
        Case("sibling is blocked", own: 3, [HerdMember(isBlocked: true)], admits: true),
    ]

    @Test(arguments: cases) func whoseTurnItIs(_ it: Case) {
        var herd = Herd()
        for member in it.siblings + [HerdMember(served: it.own)] { herd.add(member) }
        let places = it.siblings.contains { $0.hasPlace(of: it.limit) }
        #expect(Herd.admits(it.own, limit: it.limit, siblingsHavePlaces: places, herd) == it.admits)
    }

    /// Whatever the workers have, one of them may take the next connection: the one with the fewest.
    @Test func aWorkerAlwaysWaits() {
        for counts in [[0, 0], [1, 9, 9], [7, 8, 9], [100, 0, 0, 0], [5, 5, 5, 6], [10_000, 9_999]] {
            var herd = Herd()
            for count in counts { herd.add(HerdMember(served: count)) }
            #expect(!herd.isAboveShare(counts.min()!))
        }
    }

    @Test func callsBackWhatHoldsBackInVain() {
        var herd = Herd()
        let members = [12, 10, 10].map { HerdMember(stance: $0 > 10 ? .holdingBack : .waiting, served: $0) }
        for member in members { herd.add(member) }
        #expect(herd.gated == 1 && herd.workers == 3 && herd.connections == 32)
        #expect(!members[0].holdsBackInVain(in: herd), "it still has more than the others")
        #expect(HerdMember(stance: .holdingBack, served: 10).holdsBackInVain(in: herd))
        #expect(!HerdMember(served: 10).holdsBackInVain(in: herd), "it waits already")
        #expect(!HerdMember(accepts: false, stance: .holdingBack).holdsBackInVain(in: herd), "it drains")
    }

    @Test func looksOnlyWhatCanSeeAndHear() {
        #expect(HerdMember().canLook)
        #expect(!HerdMember(stance: .holdingBack).canLook)
        #expect(!HerdMember(isBlocked: true).canLook)
        #expect(!HerdMember(slot: -1).canLook)
        #expect(!HerdMember(accepts: false).canLook)
    }
}
