import DroverCore

/// Comparisons that take upper and lower case letters of ASCII for the same, as field names and most tokens want.
public enum FoldedBytes {
    /// `byte` in lower case, if it is a letter of ASCII.
    @inline(__always)
    public static func lower(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Whether both spell the same text, whatever the case.
    public static func equal(_ left: RawSpan, _ right: RawSpan) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        for offset in left.byteOffsets {
            let first = left.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            let second = right.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            // Most bytes are equal as they are; folding is for the rest.
            if first != second, lower(first) != lower(second) { return false }
        }
        return true
    }

    /// Whether both spell the same text, whatever the case.
    public static func equal(_ left: RawSpan, _ right: String) -> Bool {
        equal(left, right.utf8Span.span.bytes)
    }

    /// Whether both spell the same text, whatever the case.
    public static func equal(_ left: String, _ right: String) -> Bool {
        equal(left.utf8Span.span.bytes, right.utf8Span.span.bytes)
    }

    /// `bytes` without spaces and tabs at either end.
    @_lifetime(copy bytes)
    public static func trimmed(_ bytes: RawSpan) -> RawSpan {
        var start = 0
        var end = bytes.byteCount
        while start < end, isBlank(bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self)) { start += 1 }
        while end > start, isBlank(bytes.unsafeLoad(fromByteOffset: end - 1, as: UInt8.self)) { end -= 1 }
        return bytes.extracting(start..<end)
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
