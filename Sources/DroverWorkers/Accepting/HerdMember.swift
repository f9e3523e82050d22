internal import DroverCore

/// What the row of one worker says of its part in accepting.
struct HerdMember {
    /// Whether it is in a state in which workers take connections.
    var accepts = true
    /// Whether its generation is in force.
    var isAdmitted = true
    /// Its slot; companions have those below 0.
    var slot = 0
    /// Whether it waits for connections, as it said last.
    var stance = AcceptStance.waiting
    /// Whether it has been at one turn of its loop for so long that it cannot say anything.
    var isBlocked = false
    /// How many connections it serves.
    var served = 0

    /// Whether a connection may be left to it: it accepts and has room.
    var counts: Bool { accepts && isAdmitted && slot >= 0 && stance.hasPlace && !isBlocked }

    /// Whether it has a place that is not another connection's, of `limit`.
    func hasPlace(of limit: Int) -> Bool { counts && served < limit }

    /// Whether it waits and would look at the queues if it was told to.
    var canLook: Bool { accepts && slot >= 0 && stance == .waiting && !isBlocked }

    /// Whether it holds back although it has no more than its share of `herd`.
    func holdsBackInVain(in herd: Herd) -> Bool {
        stance == .holdingBack && accepts && !herd.isAboveShare(served)
    }
}
