internal import DroverCore
internal import DroverSystem

/// When a worker has served its share and asks to be replaced.
final class Recycling {
    /// Why it does.
    enum Reason: String, CustomStringConvertible {
        case requests
        case resident = "rss"
        case stuckThread = "thread"
        case deaf

        var description: String { rawValue }
    }

    // Once a second at most, and never while there is nothing to do.
    private static let lookMilliseconds: Int64 = 1_000

    private let share: UInt64
    private let residentLimit: Int
    private let memory: ResidentMemory?
    private var nextLook: Int64 = 0

    init(_ settings: WorkerSettings) {
        residentLimit = settings.maxResidentBytes
        memory = try? ResidentMemory()
        // The jitter keeps workers that started together from retiring together.
        share =
            settings.maxRequests > 0
            ? UInt64(settings.maxRequests) + UInt64.random(in: 0...UInt64(max(settings.maxRequestsJitter, 0))) : .max
    }

    /// Whether it has answered as many requests as it should.
    func hasServedEnough(_ ledger: Ledger) -> Bool { ledger.requests >= share }

    /// Looks how much memory the worker has, if it is time to, and writes it down.
    ///
    /// - Returns: Whether that is too much.
    func looksTooLarge(now: Int64, _ row: RowReference) -> Bool {
        guard now >= nextLook else { return false }
        nextLook = now + Self.lookMilliseconds
        guard let bytes = memory?.bytes() else { return false }
        row.setResident(bytes)
        return residentLimit > 0 && bytes > residentLimit
    }
}
