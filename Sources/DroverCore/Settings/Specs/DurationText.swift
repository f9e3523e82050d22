/// Times as people write them: `30`, `1.5`, `500ms`, `2m`.
package enum DurationText {
    /// More than any deadline needs, and far from the end of what 64 bits of nanoseconds hold.
    private static let longest = Duration.seconds(365 * 24 * 3600)

    /// The time that `text` says; nil when it says none, a negative one, or more than a year.
    package static func duration(from text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let unit = nanoseconds(in: text.dropFirst(digits.count).lowercased()) else { return nil }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }) else { return nil }
        var total = whole.multipliedReportingOverflow(by: unit)
        if parts.count == 2 {
            // Nine digits of a nanosecond's decimals are all that can count.
            guard !parts[1].isEmpty, parts[1].count <= 9, let fraction = Int(parts[1]) else { return nil }
            var scale = 1
            for _ in parts[1] { scale *= 10 }
            // The longest unit is 3.6e12 ns, so split the product to stay within 64 bits.
            let part =
                fraction * (unit / 1_000_000) / scale * 1_000_000
                + fraction * (unit / 1_000_000) % scale * 1_000_000 / scale
            total = total.partialValue.addingReportingOverflow(part)
        }
        guard !total.overflow, total.partialValue >= 0 else { return nil }
        let duration = Duration.nanoseconds(total.partialValue)
        return duration <= longest ? duration : nil
    }

    /// The shortest way to write `duration` as a number of seconds: `30`, `0.25`.
    package static func text(for duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds != 0 else { return String(seconds) }
        let digits = String(attoseconds / 1_000_000_000)
        let fraction = String(repeating: "0", count: 9 - digits.count) + digits
        return "\(seconds)." + fraction.trimmingZeros
    }

    private static func nanoseconds(in unit: String) -> Int? {
        switch unit {
        case "ms": 1_000_000
        case "", "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        default: nil
        }
    }
}

extension String {
    fileprivate var trimmingZeros: Substring {
        var rest = self[...]
        while rest.last == "0" { rest.removeLast() }
        return rest
    }
}
