internal import DroverCore

/// The connections that rest, the longest rest first, for a worker that has no room.
///
/// As long as there is room nothing is kept in order, so that requests do not pay for it. One look at all connections
/// finds the order for many newcomers. That order stays right: a connection that has gone to work since is left out, and
/// a connection that has begun to rest since comes later than all in the line.
struct RestingLine {
    /// How long a connection that has said nothing yet keeps its place: its peer may be about to speak.
    static let freshPatience: Int64 = 1_000
    /// How long one keeps it after a reply: a client that asks again within that time is at work.
    static let servedPatience: Int64 = 100

    private struct Entry {
        let token: Int32
        let id: UInt64
        let rest: Connection.Rest
    }

    // In reverse: the first of the line is the last here.
    private var entries: [Entry] = []
    private var isFresh = false
    private var lastLook = Int64.min / 2
    /// Monotonic ms at which the next connection whose rest was too short at the last look has rested for long enough;
    /// `.max` for never.
    private var nextRipe = Int64.max

    /// Whether no connection is in it.
    var isEmpty: Bool { entries.isEmpty }

    /// The first of the line, if it still is at the rest that brought it there.
    mutating func first(_ connections: borrowing ConnectionTable) -> Connection? {
        while let entry = entries.last {
            if let connection = connections[entry.token], connection.id == entry.id, connection.rest == entry.rest {
                return connection
            }
            entries.removeLast()
        }
        return nil
    }

    /// Takes the first of the line out of it.
    mutating func removeFirst() {
        entries.removeLast()
    }

    /// Whether a connection that begins to rest now goes before all that are in it.
    var givesPrecedence: Bool { isFresh || entries.isEmpty }

    /// Monotonic ms from which on a look may find one; `.max` for never.
    ///
    /// `someRest` says whether connections have begun to rest since the last look. None of those has done so for long
    /// enough before its patience is over.
    func nextLook(someRest: Bool) -> Int64 {
        someRest ? min(nextRipe, lastLook + Self.servedPatience) : nextRipe
    }

    /// Whether a look at all connections may find one.
    func isLookDue(now: Int64, someRest: Bool) -> Bool { now >= nextLook(someRest: someRest) }

    /// Looks at all connections.
    ///
    /// Those that have been served give way before those that have said nothing yet; `atOnce` even if they have only begun to
    /// rest.
    mutating func look(at connections: borrowing ConnectionTable, now: Int64, atOnce: Bool = false) {
        entries.removeAll(keepingCapacity: true)
        nextRipe = .max
        lastLook = now
        isFresh = false
        var fresh: [Entry] = []
        connections.forEach { connection in
            guard let rest = connection.rest else { return }
            let entry = Entry(token: connection.token, id: connection.id, rest: rest)
            let ripe = rest.since + (rest.isFresh ? Self.freshPatience : atOnce ? 0 : Self.servedPatience)
            if ripe > now {
                nextRipe = min(nextRipe, ripe)
            } else if rest.isFresh {
                fresh.append(entry)
            } else {
                entries.append(entry)
            }
        }
        if entries.isEmpty {
            entries = fresh
            isFresh = true
        }
        entries.sort { ($0.rest.since, $0.id) > ($1.rest.since, $1.id) }
    }
}
