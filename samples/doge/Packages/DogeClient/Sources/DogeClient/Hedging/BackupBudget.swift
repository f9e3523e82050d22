/// How many backups may still be sent: among the latest hundred calls there are never more than the ratio says.
struct BackupBudget: Sendable {
    private static let window = 100
    private let ratio: Int
    // Whether a backup was sent during each of the latest calls, and how many those are.
    private var calls = [Int](repeating: 0, count: window)
    private var latest = 0
    private var sent = 0

    init(ratio: Int) {
        self.ratio = ratio
    }

    /// A call has begun.
    mutating func begin() {
        latest = (latest + 1) % Self.window
        sent -= calls[latest]
        calls[latest] = 0
    }

    /// Takes a backup out of the budget.
    ///
    /// - Returns: Whether there was one.
    mutating func take() -> Bool {
        guard sent < ratio else { return false }
        calls[latest] += 1
        sent += 1
        return true
    }
}
