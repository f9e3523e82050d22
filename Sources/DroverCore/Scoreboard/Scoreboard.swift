package import DroverSystem

internal import struct Synchronization.Atomic

/// The memory that arbiter and workers share: a row a worker, and what the workers that are gone have counted.
///
/// Made before the first fork, so every process sees the same pages. It survives any worker's death: totals never go
/// back. A row is a place in memory; a slot is a place in the herd. While a worker is replaced, its slot has two rows.
package struct Scoreboard: Sendable {
    /// How many workers can live at the same time, replacements included.
    package let capacity: Int
    /// What the workers say once a minute, all of them together.
    package let notices: NoticeBoard

    private let region: SharedRegion
    private let header: SharedPlace<Header>
    private static let headerBytes = 256
    private static let rowsOffset = (headerBytes + NoticeBoard.byteCount + 127) / 128 * 128
    // A page-aligned stride keeps one worker's writes off its neighbours' cache lines, and prefetched pairs too.
    private static let stride = (MemoryLayout<ScoreboardRow>.size + 127) / 128 * 128

    struct Header: ~Copyable, Sendable {
        /// One past the highest row ever used: readers need not look further.
        let used = Atomic<Int>(0)
        /// 1 when the arbiter sleeps without a timer and wants to hear of the first worker that gets busy.
        let dozing = Atomic<UInt32>(0)
        /// The generation that may accept.
        let admitted = Atomic<Int>(0)
    }

    /// Maps memory for `capacity` workers; pages of rows that are never used cost nothing.
    package init(capacity: Int) throws(SystemError) {
        region = try SharedRegion(byteCount: Self.rowsOffset + capacity * Self.stride)
        header = SharedPlace(region)
        notices = NoticeBoard(in: region, at: Self.headerBytes)
        self.capacity = capacity
    }

    /// The row with the number `index`.
    package func row(_ index: Int) -> RowReference {
        precondition(index >= 0 && index < capacity, "no such row")
        return RowReference(index: index, place: SharedPlace(region, at: Self.rowsOffset + index * Self.stride))
    }

    /// One past the highest row ever used.
    package var used: Int {
        header.pointer.pointee.used.load(ordering: .relaxed)
    }

    /// Notes that rows below `count` are in use.
    ///
    /// Only the arbiter calls it.
    package func use(below count: Int) {
        if count > used { header.pointer.pointee.used.store(count, ordering: .releasing) }
    }

    // MARK: Generations

    /// Lets the workers of `generation` accept; those of a later one wait until it is theirs.
    package func admit(generation: Int) {
        header.pointer.pointee.admitted.store(generation, ordering: .sequentiallyConsistent)
    }

    /// The latest generation that may accept.
    package var admittedGeneration: Int {
        header.pointer.pointee.admitted.load(ordering: .sequentiallyConsistent)
    }

    // MARK: The arbiter's sleep

    /// Says that the arbiter sleeps until a worker gets busy.
    ///
    /// The arbiter looks at every row once more afterwards: a worker that got busy meanwhile may have missed the word.
    package func beginDozing() {
        header.pointer.pointee.dozing.store(1, ordering: .sequentiallyConsistent)
    }

    /// Ends it from the arbiter's side.
    package func endDozing() {
        header.pointer.pointee.dozing.store(0, ordering: .relaxed)
    }

    /// Whether this worker is the one that has to wake the arbiter.
    ///
    /// True at most once a doze.
    @inline(__always)
    package func shouldWakeArbiter() -> Bool {
        guard header.pointer.pointee.dozing.load(ordering: .sequentiallyConsistent) == 1 else { return false }
        return header.pointer.pointee.dozing.exchange(0, ordering: .relaxed) == 1
    }
}
