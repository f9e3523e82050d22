// The few copies between spans, arrays and strings that the standard library has no safe spelling for yet.

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

    /// Appends the bytes of a literal, in UTF-8.
    @inlinable
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Puts `bytes` over the first of the array's.
    ///
    /// - Precondition: The array has as many bytes at least.
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
