/// A moment in the form of RFC 9110 section 5.6.7, as the 32 bytes that stand in a head: a space, the 29 characters of
/// the date, and the line's end.
public struct HTTPDate: Sendable {
    /// How many bytes that is.
    public static var byteCount: Int { 32 }

    /// The bytes, eight a word, the first in the lowest place.
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// The moment that these words spell.
    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// The moment `seconds` after 1970 began in UTC; it is written with four digits for the year.
    public init(seconds: Int64) {
        let (days, time) = Self.daysAndTime(seconds)
        let date = Self.civilDate(daysSince1970: days)
        // 1970 began on a Thursday.
        let weekday = ((days + 4) % 7 + 7) % 7
        let text =
            " \(Self.weekdays[weekday]), \(Self.twoDigits(date.day)) \(Self.months[date.month - 1]) "
            + "\(Self.twoDigits(date.year / 100 % 100))\(Self.twoDigits(date.year % 100)) "
            + "\(Self.twoDigits(time / 3_600)):\(Self.twoDigits(time / 60 % 60)):\(Self.twoDigits(time % 60)) GMT\r\n"
        let bytes = Array(text.utf8)
        func word(_ index: Int) -> UInt64 {
            bytes[index * 8..<index * 8 + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// Appends the bytes, ``byteCount`` of them.
    @inline(__always)
    @_lifetime(output: copy output)
    public func append(to output: inout OutputRawSpan) {
        output.append(words.0.littleEndian, as: UInt64.self)
        output.append(words.1.littleEndian, as: UInt64.self)
        output.append(words.2.littleEndian, as: UInt64.self)
        output.append(words.3.littleEndian, as: UInt64.self)
    }

    /// The moment as access logs write it: `23/Nov/2026:06:12:05 +0000`.
    static func logForm(seconds: Int64) -> String {
        let (days, time) = daysAndTime(seconds)
        let date = civilDate(daysSince1970: days)
        return "\(twoDigits(date.day))/\(months[date.month - 1])/\(date.year):"
            + "\(twoDigits(time / 3_600)):\(twoDigits(time / 60 % 60)):\(twoDigits(time % 60)) +0000"
    }

    static func daysAndTime(_ seconds: Int64) -> (days: Int, time: Int) {
        let time = Int((seconds % 86_400 + 86_400) % 86_400)
        return (Int(seconds - Int64(time)) / 86_400, time)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The year that `seconds` after 1970 began lies in.
    static func year(of seconds: Int64) -> Int {
        civilDate(daysSince1970: daysAndTime(seconds).days).year
    }

    static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The day in the Gregorian calendar, counted in years that begin in March so that leap days come last.
    static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
