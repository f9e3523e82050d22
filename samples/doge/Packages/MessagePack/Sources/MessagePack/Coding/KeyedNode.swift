/// A map that is being encoded.
struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol, NodeContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) throws { addNull(key: key) }
    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try add(value, key: key) }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        encoder(SuperKey())
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        encoder(key)
    }

    private func encoder(_ key: any CodingKey) -> NodeEncoder {
        NodeEncoder(node: node.addNested(key: key), codingPath: codingPath + [key])
    }
}

/// What a class's superclass is kept under.
struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }

    init() {}
    init?(stringValue: String) { if stringValue != "super" { return nil } }
    init?(intValue: Int) { nil }
}
