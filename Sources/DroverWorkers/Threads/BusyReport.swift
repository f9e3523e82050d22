internal import DroverCore

/// Since when a worker keeps others waiting, for the arbiter to see.
///
/// There are two reasons: its loop is at a turn, or all of its threads are taken and none has begun anything since.
struct BusyReport {
    private let row: RowReference
    private let scoreboard: Scoreboard
    private let wakeArbiter: @Sendable () -> Void
    private var loop: Int64 = 0
    private var threads: Int64 = 0
    private var reported: Int64 = 0

    init(row: RowReference, scoreboard: Scoreboard, wakeArbiter: @escaping @Sendable () -> Void) {
        self.row = row
        self.scoreboard = scoreboard
        self.wakeArbiter = wakeArbiter
    }

    /// Monotonic ms since when all threads have been taken without progress; 0 while one is free.
    var threadsTakenSince: Int64 { threads }

    mutating func setLoop(since moment: Int64) {
        loop = moment
        if moment > 0 { row.beat(now: moment) }
        publish()
    }

    mutating func setThreads(since moment: Int64) {
        guard moment != threads else { return }
        threads = moment
        publish()
    }

    private mutating func publish() {
        let since = loop == 0 || threads == 0 ? max(loop, threads) : min(loop, threads)
        guard since != reported else { return }
        row.setBusy(since: since)
        // The arbiter sleeps only while no worker is busy, and leaves word before it looks for the last time.
        if reported == 0, scoreboard.shouldWakeArbiter() { wakeArbiter() }
        reported = since
    }
}
