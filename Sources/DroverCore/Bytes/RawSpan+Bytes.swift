// The few copies between spans, arrays and strings that the standard library has no safe spelling for yet. Parsers
// and encoders above this floor use these and touch no pointer.

extension Array where Element == UInt8 {
    /// A copy of `bytes`.
    @inlinable
    public init(copying bytes: RawSpan) {
        self = bytes.withUnsafeBytes { Array($0) }
    }

    /// Appends `bytes`.
    @inlinable
    public mutating func append(bytes: RawSpan) {
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }
}

extension String {
    /// The text that `bytes` spell; what is not UTF-8 becomes U+FFFD.
    @inlinable
    public init(decoding bytes: RawSpan) {
        self = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The text that `bytes` spell; nil if they are not UTF-8.
    @inlinable
    public init?(validating bytes: RawSpan) {
        guard let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else { return nil }
        self = text
    }
}

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

extension Array where Element == UInt8 {
    /// Puts `bytes` over the first of the array's, which must be as many at least.
    @inlinable
    public mutating func overwrite(with bytes: RawSpan) {
        precondition(bytes.byteCount <= count, "no room for the bytes")
        withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source in
                guard let start = source.baseAddress else { return }
                target.baseAddress.unsafelyUnwrapped.copyMemory(from: start, byteCount: source.count)
            }
        }
    }
}
