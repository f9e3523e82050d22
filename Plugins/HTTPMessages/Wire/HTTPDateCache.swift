import struct Synchronization.Atomic
import func Synchronization.atomicMemoryFence

/// The date of the current second, made once and read by all threads of a worker without a lock.
///
/// The four words are guarded by their second: a writer takes it away, writes, and puts the new one; a reader that
/// finds the same second before and after has read words that belong together.
final class HTTPDateCache: Sendable {
    private let second = Atomic<Int64>(Int64.min)
    private let first = Atomic<UInt64>(0)
    private let next = Atomic<UInt64>(0)
    private let third = Atomic<UInt64>(0)
    private let last = Atomic<UInt64>(0)

    // No moment that a clock shows.
    private static let busy = Int64.max

    /// An empty cache.
    init() {}

    /// The date at `now`, seconds since 1970.
    @inline(__always)
    func date(at now: Int64) -> HTTPDate {
        if second.load(ordering: .acquiring) == now {
            let words = (
                first.load(ordering: .relaxed), next.load(ordering: .relaxed),
                third.load(ordering: .relaxed), last.load(ordering: .relaxed)
            )
            atomicMemoryFence(ordering: .acquiring)
            if second.load(ordering: .relaxed) == now { return HTTPDate(words: words) }
        }
        return renew(at: now)
    }

    @inline(never)
    private func renew(at now: Int64) -> HTTPDate {
        let date = HTTPDate(seconds: now)
        let known = second.load(ordering: .relaxed)
        // Threads see the second turn at different moments: one that is behind leaves the cache to those ahead, unless
        // the clock was set back.
        guard known != Self.busy, known < now || known > now + 1 else { return date }
        guard second.compareExchange(expected: known, desired: Self.busy, ordering: .acquiring).exchanged else {
            return date
        }
        atomicMemoryFence(ordering: .releasing)
        first.store(date.words.0, ordering: .relaxed)
        next.store(date.words.1, ordering: .relaxed)
        third.store(date.words.2, ordering: .relaxed)
        last.store(date.words.3, ordering: .relaxed)
        second.store(now, ordering: .releasing)
        return date
    }
}
