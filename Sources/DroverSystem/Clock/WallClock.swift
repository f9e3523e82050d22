import CDrover

/// The clock that tells the date, CLOCK_REALTIME, clock_gettime(2); it may be set, forward and back.
public enum WallClock {
    /// Seconds since 1970 in UTC, as of the kernel's last tick, which is at most 10 ms ago: CLOCK_REALTIME_COARSE.
    public static func seconds() -> Int64 {
        var time = timespec()
        _ = clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return Int64(time.tv_sec)
    }

    /// Now as `2026-11-23T06:12:05.123Z`, the form of RFC 3339 section 5.6.
    package static func timestamp() -> String {
        var time = timespec()
        _ = clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        _ = gmtime_r(&time.tv_sec, &parts)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        appendDigits(Int(parts.tm_year) + 1900, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendDigits(Int(parts.tm_mon) + 1, width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendDigits(Int(parts.tm_mday), width: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        appendDigits(Int(parts.tm_hour), width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(Int(parts.tm_min), width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(Int(parts.tm_sec), width: 2, to: &text)
        text.append(UInt8(ascii: "."))
        appendDigits(Int(time.tv_nsec) / 1_000_000, width: 3, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    private static func appendDigits(_ value: Int, width: Int, to text: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}

extension WallClock {
    /// Now as `Nov 23 06:12:05` in local time, the form of RFC 3164 section 4.1.2.
    package static func syslogTimestamp() -> String {
        var time = timespec()
        _ = clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        _ = localtime_r(&time.tv_sec, &parts)
        var text = Array(months[Int(parts.tm_mon) % 12].utf8)
        text.append(UInt8(ascii: " "))
        if parts.tm_mday < 10 { text.append(UInt8(ascii: " ")) }
        appendDigits(Int(parts.tm_mday), width: parts.tm_mday < 10 ? 1 : 2, to: &text)
        text.append(UInt8(ascii: " "))
        appendDigits(Int(parts.tm_hour), width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(Int(parts.tm_min), width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(Int(parts.tm_sec), width: 2, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
