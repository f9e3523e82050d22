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
