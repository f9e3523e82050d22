internal import struct Synchronization.Atomic

/// Lets a line into the log once a minute and counts the others.
package final class NoticePacer: Sendable {
    private static let interval: Int64 = 60

    private let last = Atomic<Int64>(.min / 2)
    private let unsaid = Atomic<Int>(0)

    /// A pacer that has not let anything through yet.
    package init() {}

    /// Counts an occasion at `now`, in seconds.
    ///
    /// - Returns: How many occasions went by without a word since the last line; nil if this one is to do so as well.
    package func count(at now: Int64) -> Int? {
        let known = last.load(ordering: .relaxed)
        guard now - known >= Self.interval,
            last.compareExchange(expected: known, desired: now, ordering: .relaxed).exchanged
        else {
            unsaid.add(1, ordering: .relaxed)
            return nil
        }
        return unsaid.exchange(0, ordering: .relaxed)
    }
}
