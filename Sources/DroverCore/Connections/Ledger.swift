internal import DroverSystem

/// Where a worker's connections count what they do; it writes the worker's scoreboard row.
package final class Ledger: @unchecked Sendable {
    private let row: RowReference
    // Nil for one thread, which needs none: then there is no locked instruction on the way of a request.
    private let lock: Lock?
    private var inFlight = 0
    // A bit for each entry of the row that no request uses.
    private var freeEntries: UInt16 = .max

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
        lock?.acquire()
        defer { lock?.release() }
        inFlight -= 1
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
        if lock == nil {
            row.add(counter, UInt64(amount))
        } else {
            row.addBesideOthers(counter, UInt64(amount))
        }
    }
}
