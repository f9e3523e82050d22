internal import DroverSystem

internal import struct Synchronization.Atomic

/// The connections that were nudged and that the loop has not looked after yet; any thread adds to it.
final class NudgeList: Sendable {
    typealias Entry = (token: Int32, id: UInt64)

    private let entries = Locked<[Entry]>([])
    // Asked once a turn, which should not take a lock for it.
    private let hasEntries = Atomic<Bool>(false)

    var isEmpty: Bool { !hasEntries.load(ordering: .acquiring) }

    /// Adds a connection.
    ///
    /// - Returns: Whether it is the first, so that the loop has to be woken.
    func append(_ token: Int32, _ id: UInt64) -> Bool {
        entries.withLock { entries in
            entries.append((token, id))
            hasEntries.store(true, ordering: .releasing)
            return entries.count == 1
        }
    }

    /// Takes all of them out.
    func takeAll() -> [Entry] {
        if isEmpty { return [] }
        return entries.withLock { entries in
            let taken = entries
            entries.removeAll()
            hasEntries.store(false, ordering: .releasing)
            return taken
        }
    }
}
