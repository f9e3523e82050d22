internal import DroverCore

/// The connections of a loop by the number that the poller reports.
struct ConnectionTable {
    private var entries: [Connection?] = []
    private var vacant: [Int32] = []
    private(set) var count = 0

    /// A number for a connection that is about to be made.
    mutating func nextToken() -> Int32 {
        if let token = vacant.popLast() { return token }
        entries.append(nil)
        return Int32(entries.count - 1)
    }

    mutating func insert(_ connection: Connection) {
        entries[Int(connection.token)] = connection
        count += 1
    }

    mutating func remove(_ connection: Connection) {
        entries[Int(connection.token)] = nil
        vacant.append(connection.token)
        count -= 1
    }

    /// The connection with this number, unless it has gone since the poller looked.
    subscript(token: Int32) -> Connection? {
        Int(token) < entries.count ? entries[Int(token)] : nil
    }

    /// Calls `body` with each of them.
    func forEach(_ body: (Connection) -> Void) {
        for case let connection? in entries { body(connection) }
    }

    /// All of them.
    var all: [Connection] { entries.compactMap { $0 } }
}
