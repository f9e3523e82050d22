internal import DroverCore

/// The workers that have room, added up: the rule by which they share the connections.
struct Herd {
    // Short connections end sooner than a queue is left and joined again.
    private static let few = 8

    private(set) var workers = 0
    private(set) var connections = 0
    /// How many of them hold back.
    private(set) var gated = 0

    /// Adds a worker, if it counts.
    mutating func add(_ member: HerdMember) {
        guard member.counts else { return }
        workers += 1
        connections += member.served
        if case .holdingBack = member.stance { gated += 1 }
    }

    /// Whether one more would be too many for a worker with `count` connections: count > mean, or mean + 1 where there are
    /// few.
    func isAboveShare(_ count: Int) -> Bool {
        let slack = count < Self.few ? 1 : 0
        return (count - slack) * workers > connections
    }

    /// Whether a worker that serves `count` connections, of `limit` at most, may wait for the next one.
    ///
    /// A worker that would have to end another connection for it leaves it to siblings that have a place. What the rows say is
    /// looked at only where it is asked for: `siblingsHavePlaces` says whether one of the others has a place that is not
    /// another connection's, `herd` are the workers that have room, this one included.
    static func admits(
        _ count: Int, limit: Int, siblingsHavePlaces: @autoclosure () -> Bool, _ herd: @autoclosure () -> Herd
    ) -> Bool {
        (count < limit || !siblingsHavePlaces()) && !herd().isAboveShare(count)
    }
}
