extension RawSpan {
    /// The byte at `offset`.
    ///
    /// - Precondition: `offset` lies within the span.
    @inlinable
    @inline(__always)
    public func byte(_ offset: Int) -> UInt8 {
        // One comparison, where the standard library's checked load makes two.
        precondition(UInt(bitPattern: offset) < UInt(bitPattern: byteCount), "there is no such byte")
        return unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Where `byte` stands first, at `start` or behind it; nil if it stands nowhere.
    ///
    /// - Precondition: `start` is not negative.
    @inlinable
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var offset = start
        while offset < byteCount {
            if self.byte(offset) == byte { return offset }
            offset &+= 1
        }
        return nil
    }

    /// Whether the bytes of `range` are those of `text`.
    ///
    /// - Precondition: `range` lies within the span.
    @inlinable
    @inline(__always)
    public func holds(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let start = text.utf8Start
        for index in 0..<text.utf8CodeUnitCount where byte(range.lowerBound &+ index) != start[index] { return false }
        return true
    }

    /// Whether the bytes of `range` are `text`, in UTF-8.
    ///
    /// - Precondition: `range` lies within the span.
    @inlinable
    public func holds(utf8 text: [UInt8], in range: Range<Int>) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count where byte(range.lowerBound &+ index) != text[index] { return false }
        return true
    }
}
