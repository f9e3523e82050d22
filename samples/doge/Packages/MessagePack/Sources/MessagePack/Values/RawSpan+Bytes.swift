// The copies between spans, arrays and texts that the standard library has no safe spelling for yet; nothing else in
// this module touches a pointer.

extension Array where Element == UInt8 {
    /// A copy of `bytes`.
    public init(copying bytes: RawSpan) {
        self = bytes.withUnsafeBytes { Array($0) }
    }

    /// Appends `bytes`.
    public mutating func append(bytes: RawSpan) {
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }
}

extension String {
    /// The text that `bytes` spell; nil when they are not UTF-8.
    init?(checking bytes: RawSpan) {
        guard let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else { return nil }
        self = text
    }
}
