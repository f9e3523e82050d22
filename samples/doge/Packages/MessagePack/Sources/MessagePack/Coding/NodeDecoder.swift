/// The standard library's view of a value among `bytes`.
struct NodeDecoder: Decoder {
    let bytes: [UInt8]
    /// Where the value begins.
    let offset: Int
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(KeyedValues<Key>(map: try MapIndex(self), decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let (count, first) = try read([MessagePackValue].self, at: offset) { reader throws(MessagePackFault) in
            let count = try reader.readArray()
            return (count, reader.offset)
        }
        return UnkeyedValues(decoder: self, size: count, offset: first)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleValue(decoder: self)
    }

    // MARK: Reading

    /// Reads something at `offset`, and says of what does not fit that it was to be a `type`.
    func read<Result>(
        _ type: Any.Type, at offset: Int,
        _ body: (inout MessagePackReader) throws(MessagePackFault) -> Result
    ) throws -> Result {
        var reader = MessagePackReader(bytes.span.bytes, from: offset, maximumDepth: .max)
        do throws(MessagePackFault) {
            return try body(&reader)
        } catch {
            throw failure(error, type)
        }
    }

    /// Decodes the value at `offset`, which is called `key` there.
    func decode<Value: Decodable>(_ type: Value.Type, at offset: Int, key: (any CodingKey)?) throws -> Value {
        let inner = NodeDecoder(bytes: bytes, offset: offset, codingPath: key.map { codingPath + [$0] } ?? codingPath)
        let value = try inner.read(type, at: offset) { reader throws(MessagePackFault) in
            try MessagePackDecoder.read(type, from: &reader)
        }
        return try value ?? Value(from: inner)
    }

    /// Where the value behind the one at `offset` begins.
    func end(of offset: Int) throws -> Int {
        try read(MessagePackValue.self, at: offset) { reader throws(MessagePackFault) in
            try reader.skipValue().upperBound
        }
    }

    func isNull(at offset: Int) -> Bool {
        bytes[offset] == 0xC0
    }

    private func failure(_ fault: MessagePackFault, _ type: Any.Type) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: fault.description, underlyingError: fault)
        guard case .unexpected(let found, _, _) = fault else { return .dataCorrupted(context) }
        return found == "nil" ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

/// A value that stands alone.
struct SingleValue: SingleValueDecodingContainer {
    let decoder: NodeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.isNull(at: decoder.offset) }
    func decode(_ type: Bool.Type) throws -> Bool { try plain(type) }
    func decode(_ type: String.Type) throws -> String { try plain(type) }
    func decode(_ type: Double.Type) throws -> Double { try plain(type) }
    func decode(_ type: Int.Type) throws -> Int { try plain(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode(_ type: Float.Type) throws -> Float {
        try decoder.read(type, at: decoder.offset) { reader throws(MessagePackFault) in
            let number = try reader.readDouble()
            if number.isFinite, !Float(number).isFinite { throw .outOfRange(wanted: "Float", at: decoder.offset) }
            return Float(number)
        }
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.decode(type, at: decoder.offset, key: nil)
    }

    private func plain<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.decode(type, at: decoder.offset, key: nil)
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        try decoder.read(type, at: decoder.offset) { reader throws(MessagePackFault) in
            try reader.readInteger(as: type)
        }
    }
}
