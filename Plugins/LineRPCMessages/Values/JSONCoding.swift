import DroverBytes
import DroverJSONReading
import FoundationEssentials

/// Between JSON and Swift's values: FoundationEssentials' coders.
///
/// The commonest scalars are written and read here, as a coder costs a hundred times as much. They are read only where
/// there is one way to read them; the rest goes to the coder.
public enum JSONCoding {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return encoder
    }()

    /// Appends `value` in JSON.
    ///
    /// - Throws: what the value's own encoding throws, and `EncodingError` for a number that JSON has no words for.
    public static func encode<Value: Encodable>(_ value: Value, into bytes: inout [UInt8]) throws {
        if Value.self == Int.self {
            append(number: same(value), to: &bytes)
        } else if Value.self == String.self {
            append(text: same(value), to: &bytes)
        } else if Value.self == Bool.self {
            bytes.append(same(value) ? "true" : "false")
        } else {
            bytes.append(contentsOf: try encoder.encode(value))
        }
    }

    /// The value that is written in `bytes`, which a scanner has gone past.
    ///
    /// - Throws: `DecodingError` with its place when it does not fit the type.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: RawSpan) throws -> Value {
        if type == Int.self, let number = plainInteger(bytes) { return same(number) }
        if type == String.self, let text = plainText(bytes) { return same(text) }
        return try decodeAtLength(type, from: bytes)
    }

    /// The value itself, by a name for its type that has been found to be another name of the same.
    ///
    /// A cast would look for that once more, in a hundred instructions.
    @inline(__always)
    private static func same<Value, Name>(_ value: Value) -> Name {
        precondition(Value.self == Name.self)
        return unsafeBitCast(value, to: Name.self)
    }

    /// The value that is written in `bytes`, read by the coder whatever it is.
    ///
    /// - Throws: `DecodingError` with its place when it does not fit the type.
    public static func decodeAtLength<Value: Decodable>(_ type: Value.Type, from bytes: RawSpan) throws -> Value {
        try JSONReading.decode(type, from: [UInt8](copying: bytes))
    }

    // MARK: Scalars

    /// The whole number that `bytes` are, if it has at most 18 digits; nil for anything else.
    public static func plainInteger(_ bytes: RawSpan) -> Int? {
        let isNegative = bytes.byteCount > 0 && bytes.byte(0) == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard 1...18 ~= bytes.byteCount - start else { return nil }
        var value = 0
        for offset in start..<bytes.byteCount {
            let digit = bytes.byte(offset) &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return isNegative ? -value : value
    }

    /// The text that `bytes` are, quotes and all, if nothing in it is escaped; nil for anything else.
    public static func plainText(_ bytes: RawSpan) -> String? {
        guard bytes.byteCount >= 2, bytes.byte(0) == UInt8(ascii: "\""),
            bytes.byte(bytes.byteCount &- 1) == UInt8(ascii: "\"")
        else { return nil }
        for offset in 1..<bytes.byteCount &- 1 where bytes.byte(offset) == UInt8(ascii: "\\") { return nil }
        return String(decoding: bytes.extracting(1..<bytes.byteCount &- 1))
    }

    /// The text that lies in `range` of a message that a scanner has gone past.
    public static func text(_ range: JSONTextRange, in bytes: RawSpan) -> String {
        if !range.hasEscapes { return String(decoding: bytes.extracting(range.range)) }
        let quoted = bytes.extracting(range.range.lowerBound &- 1..<range.range.upperBound &+ 1)
        return (try? decodeAtLength(String.self, from: quoted)) ?? ""
    }

    /// Appends `number` in decimal digits.
    public static func append(number: Int, to bytes: inout [UInt8]) {
        if 0..<10 ~= number { return bytes.append(0x30 + UInt8(number)) }
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Appends `text` in quotes, with what must be escaped escaped, RFC 8259 section 7.
    public static func append(text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case ..<0x20, 0x7F:
                bytes.append("\\u00")
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 0x0F))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
