/// An array that is being encoded.
struct UnkeyedNode: UnkeyedEncodingContainer, NodeContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    mutating func encodeNil() throws { addNull(key: nil) }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try add(value, key: nil) }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        superNode().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        superNode().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        superNode()
    }

    private func superNode() -> NodeEncoder {
        let key = IndexKey(index: node.count)
        return NodeEncoder(node: node.addNested(key: nil), codingPath: codingPath + [key])
    }
}

/// A place in an array, as a part of a coding path.
struct IndexKey: CodingKey {
    let index: Int
    var intValue: Int? { index }
    var stringValue: String { "\(index)" }

    init(index: Int) { self.index = index }
    init?(intValue: Int) { index = intValue }
    init?(stringValue: String) { nil }
}
