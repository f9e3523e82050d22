// MessagePack's own coders take a value as it is. Any other coder gets what it can use, which is less: bytes become an
// array of numbers, keys become texts.
extension MessagePackValue: Codable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { self.init("\(intValue)") }
    }

    /// Decodes whatever is there.
    public init(from decoder: any Decoder) throws {
        if let map = try? decoder.container(keyedBy: Name.self) {
            self = .map(
                try map.allKeys.map { Pair(.string($0.stringValue), try map.decode(MessagePackValue.self, forKey: $0)) }
            )
            return
        }
        if var array = try? decoder.unkeyedContainer() {
            var values: [MessagePackValue] = []
            while !array.isAtEnd { values.append(try array.decode(MessagePackValue.self)) }
            self = .array(values)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? single.decode(UInt64.self) {
            self = .uint(value)
        } else if let value = try? single.decode(Double.self) {
            self = .double(value)
        } else {
            self = .string(try single.decode(String.self))
        }
    }

    /// Encodes the value.
    public func encode(to encoder: any Encoder) throws {
        if case .map(let pairs) = self {
            var map = encoder.container(keyedBy: Name.self)
            for pair in pairs {
                guard case .string(let name) = pair.key else {
                    try map.encode(pair.value, forKey: Name("\(pair.key)"))
                    continue
                }
                try map.encode(pair.value, forKey: Name(name))
            }
            return
        }
        var single = encoder.singleValueContainer()
        switch self {
        case .null, .map: try single.encodeNil()
        case .bool(let value): try single.encode(value)
        case .int(let value): try single.encode(value)
        case .uint(let value): try single.encode(value)
        case .float(let value): try single.encode(value)
        case .double(let value): try single.encode(value)
        case .string(let value): try single.encode(value)
        case .binary(let value): try single.encode(value)
        case .array(let values): try single.encode(values)
        case .extension(_, let bytes): try single.encode(bytes)
        case .timestamp(let value): try single.encode(value)
        }
    }
}
