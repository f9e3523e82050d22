/// Numbers of bytes as people write them: `4096`, `64k`, `1m`.
package enum ByteCountText {
    /// The number that `text` says; k, m and g are powers of 1024, and a `b` or `ib` after them changes nothing.
    package static func count(from text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), let unit = bytes(in: text.dropFirst(digits.count).lowercased()) else {
            return nil
        }
        let (count, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : count
    }

    /// The shortest way to write `count` exactly: `64k`, `100m`, `4097`.
    package static func text(for count: Int) -> String {
        for (unit, name) in [(1 << 30, "g"), (1 << 20, "m"), (1 << 10, "k")] where count > 0 && count % unit == 0 {
            return "\(count / unit)\(name)"
        }
        return String(count)
    }

    private static func bytes(in unit: String) -> Int? {
        switch unit {
        case "", "b": 1
        case "k", "kb", "kib": 1 << 10
        case "m", "mb", "mib": 1 << 20
        case "g", "gb", "gib": 1 << 30
        default: nil
        }
    }
}
