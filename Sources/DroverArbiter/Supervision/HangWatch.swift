internal import DroverCore
internal import DroverSystem

/// When to look at the workers' heartbeats, so that a hang is found in time and an idle arbiter sleeps.
///
/// A worker that waits for input cannot hang. So when all wait, the arbiter leaves word on the scoreboard and sleeps
/// without a timer; the first worker that finds something to do wakes it, once. While there is traffic the arbiter looks
/// once a `timeout`, or once a second while some workers stay off the wait queue in favour of others.
struct HangWatch {
    // A second without a turn is quiet enough to sleep again; so a lone request costs two wake-ups, a busy server none.
    private static let quiet: Int64 = 1_000
    private static let pause: Int64 = 100

    var timeout: Int64
    private let scoreboard: Scoreboard
    // The first look after a doze comes soon, to sleep again if that was all.
    private var isFreshlyAwake = true

    init(timeout: Int64, scoreboard: Scoreboard) {
        self.timeout = timeout
        self.scoreboard = scoreboard
    }

    /// When to look next; nil while everybody waits.
    mutating func nextLook(now: Int64) -> Int64? {
        guard timeout > 0, !liveRows.isEmpty else { return nil }
        if isQuiet(now) {
            scoreboard.beginDozing()
            // A worker may have got busy before the word was left.
            if busy.isEmpty {
                isFreshlyAwake = true
                return nil
            }
            scoreboard.endDozing()
        }
        if isFreshlyAwake {
            isFreshlyAwake = false
            return now + min(Self.quiet, timeout)
        }
        // A blocked worker may be the one that its gated siblings leave the next connection to.
        if liveRows.contains(where: \.isGated) { return now + min(Self.quiet, timeout) }
        // Who is overdue has been dealt with, and may take a while to die: that is no reason to look without a pause.
        let due = (busy.values.min() ?? now) + timeout
        return due > now ? due : now + Self.pause
    }

    /// Whether some worker keeps others waiting.
    func hasBlockedWorker(now: Int64) -> Bool {
        liveRows.contains { $0.isBlocked(now: now) }
    }

    private func isQuiet(_ now: Int64) -> Bool {
        liveRows.allSatisfy { row in
            row.busySince == 0 && (now - row.heartbeat >= Self.quiet || row.heartbeat <= row.readyAt)
        }
    }

    /// The workers that are at work, since when.
    var busy: [Int32: Int64] {
        var busy: [Int32: Int64] = [:]
        for row in liveRows where row.busySince > 0 { busy[row.pid] = row.busySince }
        return busy
    }

    private var liveRows: [RowReference] {
        (0..<scoreboard.used).map(scoreboard.row).filter { ![.vacant, .starting].contains($0.state) }
    }
}
