import DroverBytes

/// Finds messages that end with a line feed.
struct LineFramer: Sendable {
    private let limit: Int
    // How far the buffered bytes hold no line feed, so that none is looked at twice.
    private var scanned = 0

    /// A framer of lines of at most `limit` bytes, their ends not counted.
    init(limit: Int) {
        self.limit = limit
    }

    private static let longestFieldName = "content-length:".utf8.count

    /// What the buffered bytes begin with.
    ///
    /// After a message it expects them without what that took.
    mutating func next(_ bytes: RawSpan) -> MessageFrame {
        // It may come in pieces; what is longer has been looked at.
        if scanned < Self.longestFieldName, bytes.byteCount > 0, bytes.byte(0) | 0x20 == UInt8(ascii: "c"),
            HeaderFramer.begins("content-length:", bytes) || HeaderFramer.begins("content-type:", bytes)
        {
            return .foreign(.header)
        }
        let end = Self.firstLineFeed(in: bytes, from: scanned)
        guard end < bytes.byteCount else {
            scanned = end
            // A carriage return may be the last byte, and belongs to the line's end.
            return end > limit + 1 ? .tooLong(limit: limit) : .incomplete
        }
        scanned = 0
        let length = end > 0 && bytes.byte(end &- 1) == 0x0D ? end &- 1 : end
        return length > limit ? .tooLong(limit: limit) : .message(0..<length, taking: end &+ 1)
    }

    /// The offset of the first line feed at or after `start`, or else the span's end.
    private static func firstLineFeed(in bytes: RawSpan, from start: Int) -> Int {
        var offset = start
        let end = bytes.byteCount
        let wanted = SIMD16<UInt8>(repeating: 0x0A)
        while offset &+ 16 <= end {
            let block = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
            let words = unsafeBitCast(block .== wanted, to: SIMD2<UInt64>.self)
            if words[0] != 0 { return offset &+ UInt64(littleEndian: words[0]).trailingZeroBitCount >> 3 }
            if words[1] != 0 { return offset &+ 8 &+ UInt64(littleEndian: words[1]).trailingZeroBitCount >> 3 }
            offset &+= 16
        }
        while offset < end, bytes.byte(offset) != 0x0A { offset &+= 1 }
        return offset
    }
}
