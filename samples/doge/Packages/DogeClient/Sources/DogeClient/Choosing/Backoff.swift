internal import NIOCore

/// How long to wait before something that has failed is tried again: twice as long each time, up to a limit.
struct Backoff: Sendable, Equatable {
    let first: TimeAmount
    let limit: TimeAmount

    /// For connections, and for the probes of an ejected endpoint: it is back within a second or two of its server.
    static let connecting = Backoff(first: .milliseconds(50), limit: .seconds(2))
    /// For a call that has found no endpoint and has time left.
    static let choosing = Backoff(first: .milliseconds(5), limit: .milliseconds(100))

    /// The wait after so many failures in a row.
    ///
    /// - Parameters:
    ///   - failures: 1 after the first.
    ///   - jitter: From 0 to 1; clients that failed together do not come back together.
    /// - Returns: Between half of it and all of it.
    func wait(after failures: Int, jitter: Double) -> TimeAmount {
        let doubled = first.nanoseconds << Int64(min(max(failures - 1, 0), 20))
        let whole = min(doubled, limit.nanoseconds)
        return .nanoseconds(whole / 2 + Int64(Double(whole / 2) * jitter))
    }
}
