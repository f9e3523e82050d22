extension OutputRawSpan {
    /// Appends `bytes`.
    @inlinable
    @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(bytes: RawSpan) {
        bytes.withUnsafeBytes { copy($0.baseAddress, $0.count) }
    }

    /// Appends the bytes of a literal.
    @inlinable
    @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(_ text: StaticString) {
        copy(UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    /// Appends `text` as UTF-8.
    @inlinable
    @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(utf8 text: String) {
        let isCopied: Void? = text.utf8.withContiguousStorageIfAvailable { copy($0.baseAddress, $0.count) }
        if isCopied == nil {
            for byte in text.utf8 { append(byte) }
        }
    }

    @inlinable
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func copy(_ start: UnsafeRawPointer?, _ count: Int) {
        guard let start, count > 0 else { return }
        withUnsafeMutableBytes { target, filled in
            precondition(count <= target.count - filled, "output span overflow")
            target.baseAddress.unsafelyUnwrapped.advanced(by: filled).copyMemory(from: start, byteCount: count)
            filled += count
        }
    }
}
