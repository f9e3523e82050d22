internal import DroverCore

/// What waits for a thread, first come first served.
struct JobLine {
    enum Entry {
        /// A piece of a task.
        case job(UnownedJob)
        /// A connection that needs no task so far.
        case step(Connection)
        /// A task that lets others go first.
        case postponed(UnsafeContinuation<Wakeup, Never>)
    }

    private var entries: [Entry] = []
    private var start = 0

    var count: Int { entries.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
    }

    mutating func removeFirst() -> Entry {
        let entry = entries[start]
        start += 1
        // What has left is cleared away when it is most of what there is, so each entry is moved once at most.
        if start == entries.count {
            entries.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 64, start > entries.count / 2 {
            entries.removeFirst(start)
            start = 0
        }
        return entry
    }
}
