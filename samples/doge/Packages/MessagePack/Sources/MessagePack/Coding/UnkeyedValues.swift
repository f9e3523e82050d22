/// An array that is being decoded.
struct UnkeyedValues: UnkeyedDecodingContainer {
    let decoder: NodeDecoder
    let size: Int
    /// Where the next value begins.
    var offset: Int
    private(set) var currentIndex = 0

    init(decoder: NodeDecoder, size: Int, offset: Int) {
        self.decoder = decoder
        self.size = size
        self.offset = offset
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { size }
    var isAtEnd: Bool { currentIndex >= size }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, decoder.isNull(at: offset) else { return false }
        try advance()
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try expectMore(type)
        let value = try decoder.decode(type, at: offset, key: IndexKey(index: currentIndex))
        try advance()
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nested().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        try nested()
    }

    private mutating func nested() throws -> NodeDecoder {
        try expectMore(MessagePackValue.self)
        let path = codingPath + [IndexKey(index: currentIndex)]
        let inner = NodeDecoder(bytes: decoder.bytes, offset: offset, codingPath: path)
        try advance()
        return inner
    }

    private func expectMore(_ type: Any.Type) throws {
        if !isAtEnd { return }
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "the array has no more values")
        throw DecodingError.valueNotFound(type, context)
    }

    private mutating func advance() throws {
        offset = try decoder.end(of: offset)
        currentIndex += 1
    }
}
