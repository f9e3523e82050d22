internal import DroverCore
internal import DroverSystem

/// Decides whether a worker may take another connection, by what its siblings have.
///
/// EPOLLEXCLUSIVE wakes whoever waits first, so a worker that has more than its share stays off the wait queue until the
/// others have caught up. The worker with the fewest is never above the mean, so somebody always waits. A worker that has
/// no room, or cannot listen, does not count, and says so to those that hold back in its favour; one that is blocked in a
/// handler cannot say anything, and the arbiter wakes the others when it sees one.
struct AcceptGate {
    private static let few = 8

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
        let now = MonotonicClock.milliseconds()
        let admitted = scoreboard.admittedGeneration
        return (0..<scoreboard.used).contains { index in
            let row = scoreboard.row(index)
            return index != own.index && Herd.counts(row, admitted: admitted, now: now) && hasPlace(besides: row.served)
        }
    }

    /// Whether a worker that serves `count` connections may wait for the next one.
    ///
    /// A worker that would have to end another connection for it leaves it to siblings that have a place.
    func admits(_ count: Int) -> Bool {
        guard hasPlace(besides: count) || !siblingsHavePlaces else { return false }
        // What its own row says is what it was before.
        let herd = Herd(scoreboard, counting: own.index)
        return !herd.isAboveShare(count)
    }

    /// Wakes the siblings that stay off the queue although they no longer have more than their share.
    ///
    /// Without it a worker whose siblings have caught up would learn so only at its own next event.
    func nudgeSiblings() {
        let herd = Herd(scoreboard)
        guard herd.gated > 0 else { return }
        for index in 0..<scoreboard.used where index != own.index {
            let row = scoreboard.row(index)
            guard row.isGated, row.state.accepts, !herd.isAboveShare(row.served) else { continue }
            let pid = row.pid
            // SIGURG does nothing to a process that does not expect it, so a row that has just died is harmless.
            if pid > 0 { send(.urgent, to: pid) }
        }
    }

    /// Wakes the siblings that wait on the queue.
    func wakeWaiting() {
        let now = MonotonicClock.milliseconds()
        for index in 0..<scoreboard.used where index != own.index {
            let row = scoreboard.row(index)
            guard row.state.accepts, row.slot >= 0, row.stance == .waiting, !row.isBlocked(now: now) else { continue }
            let pid = row.pid
            if pid > 0 { send(.urgent, to: pid) }
        }
    }

    /// The workers that have room, added up.
    private struct Herd {
        var workers = 0
        var connections = 0
        var gated = 0

        init(_ scoreboard: Scoreboard, counting own: Int? = nil) {
            let now = MonotonicClock.milliseconds()
            let admitted = scoreboard.admittedGeneration
            for index in 0..<scoreboard.used {
                let row = scoreboard.row(index)
                let isOwn = index == own && row.state.accepts && row.generation <= admitted && row.slot >= 0
                guard isOwn || index != own && Self.counts(row, admitted: admitted, now: now) else { continue }
                workers += 1
                connections += row.served
                if row.stance == .holdingBack { gated += 1 }
            }
        }

        /// Whether the worker of `row` accepts and has room.
        static func counts(_ row: RowReference, admitted: Int, now: Int64) -> Bool {
            row.state.accepts && row.generation <= admitted && row.slot >= 0 && row.stance.hasPlace
                && !row.isBlocked(now: now)
        }

        /// Whether one more would be too many: count > mean, or mean + 1 where there are few, as short connections end
        /// sooner than a queue is left and joined again.
        func isAboveShare(_ count: Int) -> Bool {
            let slack = count < AcceptGate.few ? 1 : 0
            return (count - slack) * workers > connections
        }
    }
}
