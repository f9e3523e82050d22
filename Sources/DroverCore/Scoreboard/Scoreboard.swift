package import DroverSystem

internal import struct Synchronization.Atomic

/// The memory that arbiter and workers share: a row a worker, and what the workers that are gone have counted.
///
/// Made before the first fork, so every process sees the same pages. It survives any worker's death: totals never go
/// back. A row is a place in memory; a slot is a place in the herd. While a worker is replaced, its slot has two rows.
package struct Scoreboard: @unchecked Sendable {
    /// How many workers can live at the same time, replacements included.
    package let capacity: Int
    /// What the workers say once a minute, all of them together.
    package let notices: NoticeBoard

    private let rows: UnsafeMutablePointer<ScoreboardRow>
    private let header: UnsafeMutablePointer<Header>
    private static let headerBytes = 256
    private static let rowsOffset = (headerBytes + NoticeBoard.byteCount + 127) / 128 * 128
    // A page-aligned stride keeps one worker's writes off its neighbours' cache lines, and prefetched pairs too.
    private static let stride = (MemoryLayout<ScoreboardRow>.size + 127) / 128 * 128

    struct Header: ~Copyable {
        /// One past the highest row ever used: readers need not look further.
        let used = Atomic<Int>(0)
        /// 1 when the arbiter sleeps without a timer and wants to hear of the first worker that gets busy.
        let dozing = Atomic<UInt32>(0)
        /// The generation that may accept.
        let admitted = Atomic<Int>(0)
    }

    /// Maps memory for `capacity` workers; pages of rows that are never used cost nothing.
    package init(capacity: Int) throws(SystemError) {
        let region = try SharedRegion(byteCount: Self.rowsOffset + capacity * Self.stride)
        header = region.base.bindMemory(to: Header.self, capacity: 1)
        notices = NoticeBoard(at: region.base + Self.headerBytes)
        rows = (region.base + Self.rowsOffset).bindMemory(to: ScoreboardRow.self, capacity: 1)
        self.capacity = capacity
    }

    /// The row with the number `index`.
    package func row(_ index: Int) -> RowReference {
        precondition(index >= 0 && index < capacity, "no such row")
        let address = UnsafeMutableRawPointer(rows) + index * Self.stride
        return RowReference(index: index, pointer: address.assumingMemoryBound(to: ScoreboardRow.self))
    }

    /// One past the highest row ever used.
    package var used: Int {
        header.pointee.used.load(ordering: .relaxed)
    }

    /// Notes that rows below `count` are in use.
    ///
    /// Only the arbiter calls it.
    package func use(below count: Int) {
        if count > used { header.pointee.used.store(count, ordering: .releasing) }
    }

    // MARK: Generations

    /// Lets the workers of `generation` accept; those of a later one wait until it is theirs.
    package func admit(generation: Int) {
        header.pointee.admitted.store(generation, ordering: .sequentiallyConsistent)
    }

    /// The latest generation that may accept.
    package var admittedGeneration: Int {
        header.pointee.admitted.load(ordering: .sequentiallyConsistent)
    }

    // MARK: The arbiter's sleep

    /// Says that the arbiter sleeps until somebody gets busy.
    ///
    /// The arbiter looks at every row once more afterwards: a worker that got busy meanwhile may have missed the word.
    package func beginDozing() {
        header.pointee.dozing.store(1, ordering: .sequentiallyConsistent)
    }

    /// Ends it from the arbiter's side.
    package func endDozing() {
        header.pointee.dozing.store(0, ordering: .relaxed)
    }

    /// Whether this worker is the one that has to wake the arbiter.
    ///
    /// True at most once a doze.
    @inline(__always)
    package func shouldWakeArbiter() -> Bool {
        guard header.pointee.dozing.load(ordering: .sequentiallyConsistent) == 1 else { return false }
        return header.pointee.dozing.exchange(0, ordering: .relaxed) == 1
    }
}
