/// Amounts as people read them: two units at most, rounded down.
enum ReadableAmount {
    /// A time: `850ms`, `12s`, `3m 20s`, `4h 12m`, `3d 4h`.
    static func time(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        return switch milliseconds {
        case ..<1000: "\(max(milliseconds, 0))ms"
        case ..<60_000: "\(seconds)s"
        case ..<3_600_000: "\(seconds / 60)m \(seconds % 60)s"
        case ..<86_400_000: "\(seconds / 3600)h \(seconds / 60 % 60)m"
        default: "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
        }
    }

    /// A short time: `90µs`, `1.5ms`, `12ms`, `3.2s`.
    static func time(microseconds: UInt64) -> String {
        switch microseconds {
        case ..<1000: "\(microseconds)µs"
        case ..<1_000_000: tenths(microseconds, of: 1000) + "ms"
        default: tenths(microseconds, of: 1_000_000) + "s"
        }
    }

    /// A number of bytes: `900`, `1.2k`, `24M`, `3.4G`, in powers of 1024.
    static func bytes(_ count: UInt64) -> String {
        for (shift, unit) in [(40, "T"), (30, "G"), (20, "M"), (10, "k")] as [(UInt64, String)] where count >> shift > 0
        {
            return tenths(count, of: 1 << shift) + unit
        }
        return String(count)
    }

    /// With one decimal below ten, without above.
    private static func tenths(_ amount: UInt64, of unit: UInt64) -> String {
        let whole = amount / unit
        let decimal = amount % unit * 10 / unit
        return whole >= 10 || decimal == 0 ? String(whole) : "\(whole).\(decimal)"
    }
}
