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

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.decode(type, at: decoder.offset, key: nil)
    }
}
