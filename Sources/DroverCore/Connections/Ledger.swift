internal import DroverSystem

/// Where a worker's connections count what they do; it writes the worker's scoreboard row.
package final class Ledger: @unchecked Sendable {
    private let row: RowReference
    @exclusivity(unchecked) private var inFlight = 0
    // A bit for each entry of the row that no request uses.
    @exclusivity(unchecked) private var freeEntries: UInt16 = .max
    /// Requests answered by this worker.
    @exclusivity(unchecked) package private(set) var requests: UInt64 = 0

    package init(row: RowReference) {
        self.row = row
    }

    /// Begins a request and returns its place among the visible ones, or -1.
    func begin(at now: Int64, connection: UInt64, label: RawSpan) -> Int8 {
        inFlight += 1
        row.setInFlight(inFlight)
        guard freeEntries != 0 else { return -1 }
        let index = freeEntries.trailingZeroBitCount
        freeEntries &= freeEntries &- 1
        row.pointer.pointee.entries[index].begin(at: now, connection: connection, label: label)
        return Int8(index)
    }

    /// Ends a request that began at `start`.
    func end(entry: Int8, startedAt start: Int64) {
        inFlight -= 1
        requests &+= 1
        row.setInFlight(inFlight)
        row.add(.requests, 1)
        row.addLatency(nanoseconds: MonotonicClock.nanoseconds() &- start)
        guard entry >= 0 else { return }
        freeEntries |= 1 << UInt16(entry)
        row.pointer.pointee.entries[Int(entry)].end()
    }

    /// Counts something.
    @inline(__always)
    package func count(_ counter: ScoreboardCounter, _ amount: Int = 1) {
        row.add(counter, UInt64(amount))
    }
}
