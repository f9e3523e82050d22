/// A map that is being decoded.
struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let map: MapIndex
    let decoder: NodeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        map.entries.compactMap { entry in
            switch entry.name {
            case .text(let range): Key(stringValue: String(decoding: decoder.bytes[range], as: UTF8.self))
            case .number(let number): Key(intValue: number)
            }
        }
    }

    func contains(_ key: Key) -> Bool {
        map.find(key, in: decoder.bytes) != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        decoder.isNull(at: try place(key))
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder.decode(type, at: try place(key), key: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        try nested(SuperKey())
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try nested(key)
    }

    private func nested(_ key: any CodingKey) throws -> NodeDecoder {
        NodeDecoder(bytes: decoder.bytes, offset: try place(key), codingPath: codingPath + [key])
    }

    private func place(_ key: any CodingKey) throws -> Int {
        if let place = map.find(key, in: decoder.bytes) { return place }
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "the map has no '\(key.stringValue)'")
        throw DecodingError.keyNotFound(key, context)
    }
}
