internal import NIOCore

/// How long the latest calls of a method took, and what most of them were faster than.
struct LatencyWindow: Sendable {
    private static let size = 512
    /// With fewer a share says nothing.
    private static let fewest = 10
    /// The shortest delay before a backup: below it, waiting is a matter of luck and not of the server.
    static let shortestDelay = TimeAmount.milliseconds(10)

    private let percentile: Int
    private var samples: [Int64] = []
    private var oldest = 0
    private var sinceCounted = 0
    private var counted: Int64?

    init(percentile: Int) {
        self.percentile = min(max(percentile, 1), 100)
    }

    /// Takes in a call.
    mutating func add(_ latency: TimeAmount) {
        if samples.count < Self.size {
            samples.append(latency.nanoseconds)
        } else {
            samples[oldest] = latency.nanoseconds
            oldest = (oldest + 1) % Self.size
        }
        sinceCounted += 1
        guard samples.count >= Self.fewest else { return }
        // Sorting is what costs, so it is done once for a part of the window.
        if counted == nil || sinceCounted >= samples.count / 8 {
            counted = samples.sorted()[(samples.count * percentile + 99) / 100 - 1]
            sinceCounted = 0
        }
    }

    /// After how long a backup is sent; nil as long as too little is known.
    var backupDelay: TimeAmount? {
        counted.map { max(.nanoseconds($0), Self.shortestDelay) }
    }
}
