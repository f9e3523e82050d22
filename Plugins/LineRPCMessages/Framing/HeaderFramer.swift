import DroverBytes

/// Finds messages behind a header that says how long they are, as language servers frame theirs.
///
/// The header is `Content-Length: N`, maybe other fields, which mean nothing here, and an empty line; each line ends with
/// CR LF.
struct HeaderFramer: Sendable {
    /// The longest header.
    static let longestHeader = 4096
    private let limit: Int
    // How far the header holds no end, and how long the message behind it is once that is known.
    private var scanned = 0
    private var known: (header: Int, body: Int)?

    /// A framer of messages of at most `limit` bytes, their headers not counted.
    init(limit: Int) {
        self.limit = limit
    }

    /// What the buffered bytes begin with.
    ///
    /// After a message it expects them without what that took.
    mutating func next(_ bytes: RawSpan) -> MessageFrame {
        if known == nil {
            // No field's name begins so, and every message does.
            if bytes.byteCount > 0, bytes.byte(0) == UInt8(ascii: "{") || bytes.byte(0) == UInt8(ascii: "[") {
                return .foreign(.line)
            }
            let end: Int
            switch endOfHeader(bytes) {
            case .bareLineFeed: return .malformed("a line of the header ends with a line feed alone")
            case .at(let place): end = place
            case .absent:
                if scanned <= Self.longestHeader { return .incomplete }
                end = scanned
            }
            guard end <= Self.longestHeader else {
                return .malformed("the header is longer than \(Self.longestHeader) bytes")
            }
            switch length(bytes, end) {
            case .success(let count): known = (end, count)
            case .failure(let fault): return .malformed(fault.reason)
            }
        }
        guard let (header, body) = known else { return .incomplete }
        if body > limit { return .tooLong(limit: limit) }
        guard bytes.byteCount - header >= body else { return .incomplete }
        known = nil
        scanned = 0
        return .message(header..<header + body, taking: header + body)
    }

    private struct Fault: Error {
        let reason: String
    }

    private enum HeaderEnd {
        /// Behind the empty line.
        case at(Int)
        case absent
        /// A line ends in the way of systems without carriage returns, and the empty line would never come.
        case bareLineFeed
    }

    private mutating func endOfHeader(_ bytes: RawSpan) -> HeaderEnd {
        var offset = max(scanned, 3)
        while offset < bytes.byteCount {
            if bytes.byte(offset) == 0x0A {
                if bytes.byte(offset &- 1) != 0x0D { return .bareLineFeed }
                if bytes.byte(offset &- 2) == 0x0A, bytes.byte(offset &- 3) == 0x0D { return .at(offset &+ 1) }
            }
            offset &+= 1
        }
        scanned = bytes.byteCount
        return .absent
    }

    /// Whether `bytes` begin with `name`, which is in small letters, in letters of either size.
    static func begins(_ name: StaticString, _ bytes: RawSpan) -> Bool {
        let count = name.utf8CodeUnitCount
        return bytes.byteCount >= count && (0..<count).allSatisfy { lowercased(bytes.byte($0)) == name.byte($0) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { 0x41...0x5A ~= byte ? byte | 0x20 : byte }

    private func length(_ bytes: RawSpan, _ end: Int) -> Result<Int, Fault> {
        var found: Int?
        var start = 0
        while start < end - 2 {
            var stop = start
            while bytes.byte(stop) != 0x0D, bytes.byte(stop) != 0x0A { stop &+= 1 }
            guard bytes.byte(stop) == 0x0D, bytes.byte(stop &+ 1) == 0x0A, let colon = colon(bytes, start..<stop) else {
                return .failure(Fault(reason: "a line of the header is no field"))
            }
            if isContentLength(bytes, start..<colon) {
                guard found == nil, let value = number(bytes, colon &+ 1..<stop) else {
                    return .failure(Fault(reason: "Content-Length must be there once and a number of bytes"))
                }
                found = value
            }
            start = stop &+ 2
        }
        return found.map { .success($0) } ?? .failure(Fault(reason: "the header lacks Content-Length"))
    }

    private func colon(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        let place = range.first { bytes.byte($0) == UInt8(ascii: ":") }
        return place == range.lowerBound ? nil : place
    }

    private func isContentLength(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        let name: StaticString = "content-length"
        guard range.count == name.utf8CodeUnitCount else { return false }
        return range.allSatisfy { Self.lowercased(bytes.byte($0)) == name.byte($0 - range.lowerBound) }
    }

    /// The number in `range`, with blanks around it; nil if it is none or has more than nine digits.
    private func number(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var range = range
        while let first = range.first, bytes.byte(first) == 0x20 || bytes.byte(first) == 0x09 { range.removeFirst() }
        while let last = range.last, bytes.byte(last) == 0x20 || bytes.byte(last) == 0x09 { range.removeLast() }
        guard 1...9 ~= range.count else { return nil }
        var value = 0
        for offset in range {
            let digit = bytes.byte(offset) &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
