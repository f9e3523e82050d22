import DroverCore
import Testing

@testable import DroverWorkers

@Suite struct AcceptGateTests {
    /// A herd of two: one has three connections, the other none and the stance `other`.
    private func isAdmitted(beside other: AcceptStance) throws -> Bool {
        let board = try Scoreboard(capacity: 2)
        for index in 0..<2 {
            board.row(index).occupy(slot: index, generation: 1, now: 1)
            board.row(index).setReady(now: 2)
        }
        board.use(below: 2)
        board.admit(generation: 1)
        board.row(0).setConnections(3)
        board.row(0).setStance(.waiting)
        board.row(1).setStance(other)
        return AcceptGate(scoreboard: board, own: board.row(0), limit: 100).admits(3)
    }

    @Test(arguments: [AcceptStance.waiting, .holdingBack]) func holdsBackForWhoeverListens(other: AcceptStance) throws {
        #expect(try !isAdmitted(beside: other))
    }

    @Test(arguments: [AcceptStance.absent, .full, .paused, .deaf, .declining])
    func doesNotHoldBackForOneThatDoesNotListen(other: AcceptStance) throws {
        #expect(try isAdmitted(beside: other))
    }
}
