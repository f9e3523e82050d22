/// A JSON value as it is written, already known to be well-formed.
public struct RawJSON: Sendable, Hashable, CustomStringConvertible {
    /// The value's bytes, in UTF-8.
    public let bytes: [UInt8]

    /// Takes bytes that a ``JSONScanner`` has gone past, and does not look at them again.
    public init(checked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `value` in JSON.
    ///
    /// - Throws: What the value's own encoding throws, and `EncodingError` for a number that JSON has no words for.
    public init(encoding value: some Encodable) throws {
        var bytes: [UInt8] = []
        try JSONCoding.encode(value, into: &bytes)
        self.bytes = bytes
    }

    /// The value in `text`; nil unless that is well-formed and not nested more than 512 deep.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        var scanner = JSONScanner(maximumDepth: JSONScanner.deepest)
        do {
            try scanner.skipValue(bytes.span.bytes)
            try scanner.expectEnd(bytes.span.bytes)
        } catch {
            return nil
        }
        self.bytes = bytes
    }

    /// The value null.
    public static let null = RawJSON(checked: Array("null".utf8))

    /// The value as one of Swift's.
    ///
    /// - Throws: `DecodingError` when it does not fit the type.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONCoding.decode(type, from: bytes.span.bytes)
    }

    /// The value as it is written.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
