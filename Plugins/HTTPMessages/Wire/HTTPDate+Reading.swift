extension HTTPDate {
    /// Reads a moment in any of the three forms of RFC 9110 section 5.6.7.
    ///
    /// - Returns: Seconds since 1970; nil for any other text. `now` tells which century a year of two digits means.
    public static func seconds(from text: RawSpan, now: Int64) -> Int64? {
        var reader = Reader(text: text)
        guard let weekday = reader.word() else { return nil }
        if reader.skip(",") {
            guard weekday.count == 3 else { return reader.obsolete(weekday, now: now) }
            return reader.fixed()
        }
        return weekday.count == 3 ? reader.asctime() : nil
    }

    /// Seconds since 1970 of a day and time in Greenwich; nil if there is no such day.
    static func seconds(year: Int, month: Int, day: Int, time: (hour: Int, minute: Int, second: Int)) -> Int64? {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), day >= 1, day <= lengths[month - 1] else { return nil }
        // A minute may have a leap second.
        guard time.hour < 24, time.minute < 60, time.second <= 60 else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Int64(days) * 86_400 + Int64(time.hour * 3_600 + time.minute * 60 + min(time.second, 59))
    }

    private struct Reader: ~Escapable {
        private let text: RawSpan
        private var place = 0

        @_lifetime(copy text)
        init(text: RawSpan) {
            self.text = text
        }

        private func byte(at offset: Int) -> UInt8? {
            offset < text.byteCount ? text.unsafeLoad(fromByteOffset: offset, as: UInt8.self) : nil
        }

        @_lifetime(self: copy self)
        mutating func skip(_ expected: Unicode.Scalar) -> Bool {
            guard byte(at: place) == UInt8(ascii: expected) else { return false }
            place += 1
            return true
        }

        /// Letters, as many as there are.
        @_lifetime(self: copy self)
        mutating func word() -> [UInt8]? {
            var letters: [UInt8] = []
            while let next = byte(at: place), (next | 0x20) &- 0x61 < 26, letters.count < 10 {
                letters.append(next)
                place += 1
            }
            return letters.isEmpty ? nil : letters
        }

        /// Exactly `count` digits; with `padded` the first may be a space.
        @_lifetime(self: copy self)
        mutating func number(_ count: Int, padded: Bool = false) -> Int? {
            var value = 0
            for index in 0..<count {
                guard let next = byte(at: place) else { return nil }
                place += 1
                if padded, index == 0, next == 0x20 { continue }
                guard next &- 0x30 < 10 else { return nil }
                value = value * 10 + Int(next - 0x30)
            }
            return value
        }

        @_lifetime(self: copy self)
        private mutating func month() -> Int? {
            guard let name = word() else { return nil }
            return HTTPDate.months.firstIndex { Array($0.utf8) == name }.map { $0 + 1 }
        }

        @_lifetime(self: copy self)
        private mutating func time() -> (hour: Int, minute: Int, second: Int)? {
            guard let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2) else {
                return nil
            }
            return (hour, minute, second)
        }

        @_lifetime(self: copy self)
        private mutating func isAtGreenwichAndTheEnd() -> Bool {
            guard skip(" "), let zone = word(), zone == Array("GMT".utf8) else { return false }
            return place == text.byteCount
        }

        /// What follows `Sun,` in `Sun, 06 Nov 1994 08:49:37 GMT`.
        @_lifetime(self: copy self)
        mutating func fixed() -> Int64? {
            guard skip(" "), let day = number(2), skip(" "), let month = month(), skip(" "), let year = number(4),
                skip(" "), let time = time(), isAtGreenwichAndTheEnd()
            else { return nil }
            return HTTPDate.seconds(year: year, month: month, day: day, time: time)
        }

        /// What follows `Sunday,` in `Sunday, 06-Nov-94 08:49:37 GMT`.
        @_lifetime(self: copy self)
        mutating func obsolete(_ weekday: [UInt8], now: Int64) -> Int64? {
            guard weekday.suffix(3) == Array("day".utf8), skip(" "), let day = number(2), skip("-"),
                let month = month(), skip("-"), let short = number(2), skip(" "), let time = time(),
                isAtGreenwichAndTheEnd()
            else { return nil }
            // A year that would lie more than fifty years ahead is one of the last century.
            let current = HTTPDate.year(of: now)
            var year = current / 100 * 100 + short
            if year > current + 50 { year -= 100 }
            return HTTPDate.seconds(year: year, month: month, day: day, time: time)
        }

        /// What follows `Sun` in `Sun Nov  6 08:49:37 1994`.
        @_lifetime(self: copy self)
        mutating func asctime() -> Int64? {
            guard skip(" "), let month = month(), skip(" "), let day = number(2, padded: true), skip(" "),
                let time = time(), skip(" "), let year = number(4), place == text.byteCount
            else { return nil }
            return HTTPDate.seconds(year: year, month: month, day: day, time: time)
        }
    }
}

extension HTTPDate {
    /// The date as text, as it stands in a field: `Mon, 30 Nov 2026 13:03:00 GMT`.
    public var text: String {
        var bytes: [UInt8] = []
        for word in [words.0, words.1, words.2, words.3] {
            for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(place * 8))) }
        }
        return String(decoding: bytes.dropFirst().dropLast(2), as: UTF8.self)
    }
}

extension HTTPDate {
    /// The moment in the form of RFC 3339: `2026-11-23T06:12:05Z`.
    static func isoForm(seconds: Int64) -> String {
        let (days, time) = daysAndTime(seconds)
        let date = civilDate(daysSince1970: days)
        return "\(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day))T"
            + "\(twoDigits(time / 3_600)):\(twoDigits(time / 60 % 60)):\(twoDigits(time % 60))Z"
    }
}
