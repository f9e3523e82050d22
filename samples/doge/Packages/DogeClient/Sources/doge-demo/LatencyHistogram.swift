/// Counts durations in buckets that are at most a 64th wide, from a microsecond on.
struct LatencyHistogram: Sendable {
    private static let parts = 64
    private var counts: [Int] = []
    private(set) var count = 0
    private(set) var longest = Duration.zero

    /// Counts a duration.
    mutating func add(_ duration: Duration) {
        let place = Self.place(UInt64(clamping: Int64(duration / .microseconds(1))))
        if place >= counts.count { counts += [Int](repeating: 0, count: place + 1 - counts.count) }
        counts[place] += 1
        count += 1
        longest = max(longest, duration)
    }

    /// What so many percent of the durations are at most.
    func percentile(_ percent: Double) -> Duration {
        let rank = max(1, Int((Double(count) * percent / 100).rounded(.up)))
        var seen = 0
        for (place, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return min(.microseconds(Self.last(place)), longest) }
        }
        return longest
    }

    private static func place(_ value: UInt64) -> Int {
        guard value >= parts else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - parts.trailingZeroBitCount
        return shift * parts + Int(value >> UInt64(shift))
    }

    /// The longest duration of a bucket.
    private static func last(_ place: Int) -> Int64 {
        guard place >= parts else { return Int64(place) }
        let shift = place / parts - 1
        return Int64(place - shift * parts + 1) << Int64(shift) - 1
    }
}
