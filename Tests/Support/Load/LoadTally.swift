/// What became of a load, counted exactly: `sent` is `answered` plus `failures`.
public struct LoadTally: Sendable, CustomStringConvertible {
    /// How many requests were begun; one that is sent again counts once.
    public internal(set) var sent = 0
    /// How many got the whole of the right reply.
    public internal(set) var answered = 0
    /// How many were sent again: GET requests on a kept connection that ended before a byte of the reply.
    public internal(set) var retried = 0
    /// How many connections were made.
    public internal(set) var connections = 0
    /// The requests that failed.
    public internal(set) var failures: [LoadFailure] = []
    var latencies: [Double] = []

    /// The time, in ms, within which the share `part` of the answers came.
    public func milliseconds(_ part: Double) -> Double {
        guard !latencies.isEmpty else { return 0 }
        let sorted = latencies.sorted()
        return sorted[min(Int(Double(sorted.count) * part), sorted.count - 1)] * 1_000
    }

    /// One line: counts, reasons, latencies.
    public var description: String {
        var reasons: [String: Int] = [:]
        for failure in failures { reasons["\(failure.reason)", default: 0] += 1 }
        let listed = reasons.sorted { $0.key < $1.key }.map { ", \($0.value) × \($0.key)" }.joined()
        let times = [0.5, 0.99, 1].map { "\(Int(milliseconds($0)))" }.joined(separator: "/")
        return "\(sent) sent on \(connections) connections, \(answered) answered (P50/P99/most \(times) ms), "
            + "\(retried) sent again, \(failures.count) failed\(listed)"
    }
}

/// One request that failed.
public struct LoadFailure: Sendable, CustomStringConvertible {
    /// How.
    public enum Reason: Error, Hashable {
        /// Nobody listens.
        case refused
        /// No connection came about in time.
        case noConnection
        /// The connection was reset before the request was written.
        case resetBeforeRequest
        /// The request was written; then came a reset, or the end, before a byte of the reply.
        case resetBeforeReply
        case endedBeforeReply
        /// A part of the reply came, then a reset or the end.
        case resetInReply
        case endedInReply
        /// The reply is not the one that was asked for.
        case wrongReply(String)
        /// No reply in time.
        case noReply
        /// A complete reply, then a reset, which may have reached a slower client before it; or no end in time.
        case resetAfterReply
        case noEndAfterReply
        /// The test itself could not go on.
        case local(call: String, errno: Int32)

        /// Whether the server has had the connection, but not the request: nothing forces it to lose one then.
        public var isBeforeRequest: Bool {
            switch self {
            case .refused, .noConnection, .resetBeforeRequest: true
            default: false
            }
        }
    }

    /// How it failed.
    public let reason: Reason
    /// The client's port, which tells whose connection it was.
    public let clientPort: UInt16
    /// Whether the connection had carried requests before.
    public let isReused: Bool
    /// Whether it was sent before, on another connection.
    public let isRetry: Bool
    /// When it was begun, in monotonic seconds.
    public let begun: Double
    /// When it failed.
    public let failed: Double

    /// One line.
    public var description: String {
        let kind = isReused ? "kept" : "new"
        let time = "\(Int((failed - begun) * 1_000)) ms"
        return "\(reason) after \(time) on a \(kind) connection from \(clientPort)\(isRetry ? ", sent again" : "")"
    }
}
