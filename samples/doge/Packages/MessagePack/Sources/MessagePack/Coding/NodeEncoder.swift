/// The standard library's view of a node.
struct NodeEncoder: Encoder {
    let node: EncodingNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.become(.map)
        return KeyedEncodingContainer(KeyedNode<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.become(.array)
        return UnkeyedNode(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        node.become(.single)
        return SingleNode(node: node, codingPath: codingPath)
    }
}

/// Where all containers agree: how one value gets into a node.
protocol NodeContainer {
    var node: EncodingNode { get }
    var codingPath: [any CodingKey] { get }
}

extension NodeContainer {
    func add<Value: Encodable>(_ value: Value, key: (any CodingKey)?) throws {
        try node.add(key: key) { writer in
            if try MessagePackEncoder.write(value, into: &writer) { return }
            let path = key.map { codingPath + [$0] } ?? codingPath
            let node = EncodingNode()
            try value.encode(to: NodeEncoder(node: node, codingPath: path))
            node.finish(into: &writer)
        }
    }

    func addNull(key: (any CodingKey)?) {
        node.add(key: key) { $0.writeNull() }
    }
}

// The standard library asks for a method for each kind of number, of a container with keys and of one without. One
// generic method is all of them, as `MessagePackEncoder.write` tells the kinds apart.

/// A value that stands alone.
struct SingleNode: SingleValueEncodingContainer, NodeContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() throws { addNull(key: nil) }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try add(value, key: nil) }
}
