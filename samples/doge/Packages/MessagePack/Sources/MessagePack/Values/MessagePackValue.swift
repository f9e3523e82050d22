/// Anything that MessagePack can say.
///
/// A whole number has one form whatever its width on the wire: `int` if it fits 64 bits with a sign, `uint` above that.
public enum MessagePackValue: Sendable, Hashable {
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
    /// A text, in UTF-8 on the wire.
    case string(String)
    /// Bytes that are no text.
    case binary([UInt8])
    /// Values in an order.
    case array([MessagePackValue])
    /// Pairs of a key and a value, as they stood on the wire; a key may be anything, and be there twice.
    case map([Pair])
    /// Bytes whose meaning an application has agreed on.
    case `extension`(type: Int8, bytes: [UInt8])
    /// A moment.
    case timestamp(MessagePackTimestamp)

    /// A key of a map, and its value.
    public struct Pair: Sendable, Hashable {
        /// The key.
        public var key: MessagePackValue
        /// The value.
        public var value: MessagePackValue

        /// A pair.
        public init(_ key: MessagePackValue, _ value: MessagePackValue) {
            self.key = key
            self.value = value
        }
    }

    /// The number as such: `int` or `uint`, whichever holds it.
    public static func integer(_ number: UInt64) -> MessagePackValue {
        Int64(exactly: number).map { .int($0) } ?? .uint(number)
    }
}

extension MessagePackValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Nothing.
    public init(nilLiteral: ()) { self = .null }
    /// Yes or no.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A number of 64 bits.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Values in an order.
    public init(arrayLiteral elements: MessagePackValue...) { self = .array(elements) }
    /// Pairs, in the order of the literal.
    public init(dictionaryLiteral elements: (MessagePackValue, MessagePackValue)...) {
        self = .map(elements.map { Pair($0, $1) })
    }
}
