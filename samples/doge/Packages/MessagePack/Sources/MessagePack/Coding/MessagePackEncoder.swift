/// Encodes Swift's values in MessagePack.
///
/// `[UInt8]` becomes binary data, a structure or a dictionary a map, nil nil. A key that has a number (`enum CodingKeys:
/// Int`, a dictionary's `Int`) is written as that number, any other as a text. `MessagePackValue` and
/// `MessagePackTimestamp` are written as what they are.
public enum MessagePackEncoder {
    /// The bytes of `value`.
    ///
    /// - Throws: What the value's own encoding throws.
    public static func encode<Value: Encodable>(_ value: Value) throws -> [UInt8] {
        var writer = MessagePackWriter()
        try encode(value, into: &writer)
        return writer.bytes
    }

    /// Writes `value`; nothing is written when it throws.
    ///
    /// - Throws: What the value's own encoding throws.
    public static func encode<Value: Encodable>(_ value: Value, into writer: inout MessagePackWriter) throws {
        if try write(value, into: &writer) { return }
        let node = EncodingNode()
        try value.encode(to: NodeEncoder(node: node, codingPath: []))
        node.finish(into: &writer)
    }

    /// Writes what MessagePack has a kind for.
    ///
    /// - Returns: Whether it was such a value.
    /// - Throws: `EncodingError` for a whole number of more than 64 bits.
    static func write<Value: Encodable>(_ value: Value, into writer: inout MessagePackWriter) throws -> Bool {
        // The commonest first; each question is a comparison of two pointers.
        if Value.self == Int.self {
            writer.write(value as! Int)
        } else if Value.self == String.self {
            writer.write(value as! String)
        } else if Value.self == Double.self {
            writer.write(value as! Double)
        } else if Value.self == Bool.self {
            writer.write(value as! Bool)
        } else if Value.self == [UInt8].self {
            writer.write(binary: value as! [UInt8])
        } else if Value.self == MessagePackValue.self {
            writer.write(value as! MessagePackValue)
        } else if Value.self == MessagePackTimestamp.self {
            writer.write(value as! MessagePackTimestamp)
        } else if Value.self == Float.self {
            writer.write(value as! Float)
        } else {
            return try write(value, as: Int64.self, into: &writer) || write(value, as: Int32.self, into: &writer)
                || write(value, as: Int16.self, into: &writer) || write(value, as: Int8.self, into: &writer)
                || write(value, as: UInt.self, into: &writer) || write(value, as: UInt64.self, into: &writer)
                || write(value, as: UInt32.self, into: &writer) || write(value, as: UInt16.self, into: &writer)
                || write(value, as: UInt8.self, into: &writer) || write(value, as: Int128.self, into: &writer)
                || write(value, as: UInt128.self, into: &writer)
        }
        return true
    }

    private static func write<Value, Number: FixedWidthInteger>(
        _ value: Value, as type: Number.Type, into writer: inout MessagePackWriter
    ) throws -> Bool {
        guard Value.self == type else { return false }
        let number = value as! Number
        if let small = Int64(exactly: number) {
            writer.write(small)
        } else if let large = UInt64(exactly: number) {
            writer.write(large)
        } else {
            let context = EncodingError.Context(
                codingPath: [], debugDescription: "MessagePack has no number of more than 64 bits")
            throw EncodingError.invalidValue(number, context)
        }
        return true
    }
}

// The coders above know these two by their types. Any other coder gets what it can use.

extension MessagePackTimestamp: Codable {
    private enum CodingKeys: CodingKey {
        case seconds, nanoseconds
    }

    /// Decodes a moment.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let seconds = try container.decode(Int64.self, forKey: .seconds)
        let nanoseconds = try container.decode(UInt32.self, forKey: .nanoseconds)
        guard let moment = MessagePackTimestamp(seconds: seconds, nanoseconds: nanoseconds) else {
            throw DecodingError.dataCorruptedError(
                forKey: .nanoseconds, in: container, debugDescription: "a second has 1,000,000,000 of them")
        }
        self = moment
    }

    /// Encodes the moment.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(nanoseconds, forKey: .nanoseconds)
    }
}
