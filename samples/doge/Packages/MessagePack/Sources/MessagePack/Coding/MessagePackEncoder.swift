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
        if write(value, into: &writer) { return }
        let node = EncodingNode()
        try value.encode(to: NodeEncoder(node: node, codingPath: []))
        node.finish(into: &writer)
    }

    /// Writes what MessagePack has a kind for.
    ///
    /// - Returns: Whether it was such a value.
    static func write<Value: Encodable>(_ value: Value, into writer: inout MessagePackWriter) -> Bool {
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
        } else {
            return false
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
