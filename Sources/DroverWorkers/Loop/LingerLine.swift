internal import DroverCore

/// The connections that linger, the longest first.
final class LingerLine {
    // An ended connection stays in the line until most of the line has ended.
    private var entries: [Connection] = []
    private var start = 0
    /// How many there are.
    private(set) var count = 0

    func append(_ connection: Connection) {
        entries.append(connection)
        count += 1
    }

    /// The one that has lingered for longest.
    func first() -> Connection? {
        while start < entries.count, entries[start].isClosed { start += 1 }
        return start < entries.count ? entries[start] : nil
    }

    /// Notes that one of them has been closed.
    func noteEnd() {
        count -= 1
        guard count == 0 || entries.count > 2 * count + 16 else { return }
        entries.removeAll { $0.isClosed }
        start = 0
    }
}
