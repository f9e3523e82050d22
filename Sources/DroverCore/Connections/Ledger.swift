internal import DroverSystem

internal import struct Synchronization.Atomic

/// Where a worker's connections count what they do; it writes the worker's scoreboard row.
package final class Ledger: Sendable {
    private let row: RowReference
    // Nil for one thread, which needs none: then there is no locked instruction on the way of a request.
    private let lock: Lock?
    // Loaded and stored, never more: one thread has them, or the lock. An Atomic costs that no more than a variable would.
    private let inFlight = Atomic<Int>(0)
    // A bit for each entry of the row that no request uses.
    private let freeEntries = Atomic<UInt16>(.max)

    /// A ledger of the worker that lives in `row`; several threads may write into a shared one.
    package init(row: RowReference, isShared: Bool = false) {
        self.row = row
        lock = isShared ? Lock() : nil
    }

    /// Requests answered by this worker.
    package var requests: UInt64 { row.count(of: .requests) }

    /// Begins a request and returns its place among the visible ones, or -1.
    func begin(at now: Int64, connection: UInt64, label: RawSpan) -> Int8 {
        lock?.acquire()
        defer { lock?.release() }
        changeInFlight(by: 1)
        let free = freeEntries.load(ordering: .relaxed)
        guard free != 0 else { return -1 }
        let index = free.trailingZeroBitCount
        freeEntries.store(free & (free &- 1), ordering: .relaxed)
        row.pointer.pointee.entries[index].begin(at: now, connection: connection, label: label)
        return Int8(index)
    }

    /// Ends at `now` a request that began at `start`.
    func end(entry: Int8, startedAt start: Int64, at now: Int64 = MonotonicClock.nanoseconds()) {
        lock?.acquire()
        defer { lock?.release() }
        changeInFlight(by: -1)
        row.add(.requests, 1)
        row.addLatency(nanoseconds: now &- start)
        guard entry >= 0 else { return }
        freeEntries.store(freeEntries.load(ordering: .relaxed) | 1 << UInt16(entry), ordering: .relaxed)
        row.pointer.pointee.entries[Int(entry)].end()
    }

    @inline(__always)
    private func changeInFlight(by change: Int) {
        let count = inFlight.load(ordering: .relaxed) + change
        inFlight.store(count, ordering: .relaxed)
        row.setInFlight(count)
    }

    /// Notes that a handler has taken a connection over, or that such a connection ends.
    func noteTakeover(hasBegun: Bool) {
        row.addTakenOver(hasBegun ? 1 : -1)
    }

    /// Counts something.
    @inline(__always)
    package func count(_ counter: ScoreboardCounter, _ amount: Int = 1) {
        if lock == nil {
            row.add(counter, UInt64(amount))
        } else {
            row.addBesideOthers(counter, UInt64(amount))
        }
    }
}
