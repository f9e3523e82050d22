/// Paces a log line about something that goes on: one line every ten seconds.
///
/// Peers that sit there, or a limit of the machine's, must not fill the log.
struct Complaint {
    private static let interval: Int64 = 10_000

    // Monotonic ms.
    private var last: Int64?

    /// Whether to say it at `now`, in monotonic ms.
    mutating func isDue(now: Int64) -> Bool {
        if let last, now - last < Self.interval { return false }
        last = now
        return true
    }
}
