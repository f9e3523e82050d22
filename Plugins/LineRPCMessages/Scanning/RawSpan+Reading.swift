extension RawSpan {
    /// The byte at `offset`, which must lie within the span.
    @inline(__always)
    package func byte(_ offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Whether the bytes of `range` are those of `text`.
    func holds(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where byte(range.lowerBound &+ index) != text.byte(index) { return false }
        return true
    }

    /// Whether the bytes of `range` are `text` in UTF-8.
    package func holds(utf8 text: [UInt8], in range: Range<Int>) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<range.count where byte(range.lowerBound &+ index) != text[index] { return false }
        return true
    }
}

extension StaticString {
    @inline(__always)
    func byte(_ index: Int) -> UInt8 {
        withUTF8Buffer { $0[index] }
    }
}
