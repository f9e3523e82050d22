internal import DroverCore
internal import DroverSystem

/// Decides whether a worker may take another connection, by what its siblings have: it reads the rows, and ``Herd`` has
/// the rule.
///
/// EPOLLEXCLUSIVE wakes the worker at the head of the wait queue, so a worker that has more than its share stays off
/// the queue until the others have caught up. The worker with the fewest is never above the mean, so one always waits.
/// A worker that has no room, or cannot listen, does not count, and says so to those that hold back in its favour; one
/// that is blocked in a handler cannot say anything, and the arbiter wakes the others when it sees one.
struct AcceptGate {
    private let scoreboard: Scoreboard
    private let own: RowReference
    private let limit: Int

    init(scoreboard: Scoreboard, own: RowReference, limit: Int) {
        self.scoreboard = scoreboard
        self.own = own
        self.limit = limit
    }

    /// Whether the worker's generation is in force; until then it waits, ready, while the old one serves.
    var isAdmitted: Bool { own.generation <= scoreboard.admittedGeneration }

    /// Whether there is a place for one more than `count` connections.
    func hasPlace(besides count: Int) -> Bool { count < limit }

    /// Whether a sibling that waits for connections, or holds back, has such a place.
    var siblingsHavePlaces: Bool {
        let look = Look(scoreboard)
        return (0..<scoreboard.used).contains { index in
            index != own.index && look.member(scoreboard.row(index)).hasPlace(of: limit)
        }
    }

    /// Whether a worker that serves `count` connections may wait for the next one.
    func admits(_ count: Int) -> Bool {
        Herd.admits(count, limit: limit, siblingsHavePlaces: siblingsHavePlaces, herd(counting: own.index))
    }

    /// Wakes the siblings that stay off the queue although they no longer have more than their share.
    ///
    /// Without it a worker whose siblings have caught up would learn so only at its own next event.
    func nudgeSiblings() {
        let herd = herd()
        guard herd.gated > 0 else { return }
        wakeSiblings { $0.holdsBackInVain(in: herd) }
    }

    /// Wakes the siblings that wait on the queue.
    func wakeWaiting() {
        wakeSiblings(where: \.canLook)
    }

    private func wakeSiblings(where isMeant: (HerdMember) -> Bool) {
        let look = Look(scoreboard)
        for index in 0..<scoreboard.used where index != own.index {
            let row = scoreboard.row(index)
            guard isMeant(look.member(row)) else { continue }
            let pid = row.pid
            // SIGURG does nothing to a process that does not expect it, so a row that has just died is harmless.
            if pid > 0 { send(.urgent, to: pid) }
        }
    }

    private func herd(counting own: Int? = nil) -> Herd {
        let look = Look(scoreboard)
        var herd = Herd()
        for index in 0..<scoreboard.used {
            let row = scoreboard.row(index)
            herd.add(index == own ? look.asker(row) : look.member(row))
        }
        return herd
    }

    /// One look at the rows.
    private struct Look {
        private let now = MonotonicClock.milliseconds()
        private let admitted: Int

        init(_ scoreboard: Scoreboard) { admitted = scoreboard.admittedGeneration }

        func member(_ row: RowReference) -> HerdMember {
            HerdMember(
                accepts: row.state.accepts, isAdmitted: row.generation <= admitted, slot: row.slot, stance: row.stance,
                isBlocked: row.isBlocked(now: now), served: row.served)
        }

        /// The worker that asks: how its row says that it stands is how it stood before.
        func asker(_ row: RowReference) -> HerdMember {
            HerdMember(
                accepts: row.state.accepts, isAdmitted: row.generation <= admitted, slot: row.slot, served: row.served)
        }
    }
}
