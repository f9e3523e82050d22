/// What stands before a value's content: its kind, and either the value itself or how much follows.
public enum MessagePackHead: Sendable, Equatable {
    /// Nothing.
    case null
    /// Yes or no.
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A whole number above `Int64.max`.
    case uint(UInt64)
    /// A number of 32 bits with a fraction.
    case float(Float)
    /// A number of 64 bits with a fraction.
    case double(Double)
    /// A text of so many bytes.
    case string(Int)
    /// So many bytes.
    case binary(Int)
    /// So many values.
    case array(Int)
    /// So many keys and as many values.
    case map(Int)
    /// So many bytes that mean what the type says.
    case `extension`(type: Int8, count: Int)

    /// What the value is called in messages.
    public var kind: String {
        switch self {
        case .null: "nil"
        case .bool: "a boolean"
        case .int, .uint: "an integer"
        case .float, .double: "a float"
        case .string: "a string"
        case .binary: "binary data"
        case .array: "an array"
        case .map: "a map"
        case .extension(MessagePackTimestamp.type, _): "a timestamp"
        case .extension: "an extension"
        }
    }

    /// How many bytes of content follow that are no values.
    var contentCount: Int {
        switch self {
        case .string(let count), .binary(let count), .extension(_, let count): count
        default: 0
        }
    }

    /// How many values follow that belong to this one.
    var valueCount: Int {
        switch self {
        case .array(let count): count
        case .map(let count): count * 2
        default: 0
        }
    }
}
