internal import DroverCore

/// The connections that rest, the longest rest first, for a worker that has no room.
///
/// As long as there is room nothing is kept in order, so that requests do not pay for it. One look at all connections
/// finds the order for many newcomers. That order stays right: a connection that has gone to work since is left out, and
/// a connection that has begun to rest since comes later than all in the line.
struct RestingLine {
    /// How long a connection that has said nothing yet keeps its place: its peer may be about to speak.
    static let freshPatience: Int64 = 1_000

    private struct Entry {
        let token: Int32
        let id: UInt64
        let rest: Connection.Rest
    }

    // In reverse: the first of the line is the last here.
    private var entries: [Entry] = []
    private var isFresh = false
    /// Monotonic ms at which the next connection that has said nothing yet has stayed for long enough; `.max` for never.
    private(set) var nextFresh = Int64.max

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

    /// Looks at all connections.
    ///
    /// Those that have been served give way before those that have said nothing yet.
    mutating func look(at connections: borrowing ConnectionTable, now: Int64) {
        entries.removeAll(keepingCapacity: true)
        nextFresh = .max
        isFresh = false
        var fresh: [Entry] = []
        connections.forEach { connection in
            guard let rest = connection.rest else { return }
            let entry = Entry(token: connection.token, id: connection.id, rest: rest)
            if !rest.isFresh {
                entries.append(entry)
            } else if rest.since + Self.freshPatience <= now {
                fresh.append(entry)
            } else {
                nextFresh = min(nextFresh, rest.since + Self.freshPatience)
            }
        }
        if entries.isEmpty {
            entries = fresh
            isFresh = true
        }
        entries.sort { ($0.rest.since, $0.id) > ($1.rest.since, $1.id) }
    }
}
