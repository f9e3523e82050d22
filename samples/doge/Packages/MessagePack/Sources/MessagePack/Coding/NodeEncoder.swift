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
            if MessagePackEncoder.write(value, into: &writer) { return }
            let path = key.map { codingPath + [$0] } ?? codingPath
            let node = EncodingNode()
            try value.encode(to: NodeEncoder(node: node, codingPath: path))
            node.finish(into: &writer)
        }
    }

    func add(integer value: some BinaryInteger, key: (any CodingKey)?) throws {
        if let small = Int64(exactly: value) {
            node.add(key: key) { $0.write(small) }
        } else if let large = UInt64(exactly: value) {
            node.add(key: key) { $0.write(large) }
        } else {
            let context = EncodingError.Context(
                codingPath: codingPath, debugDescription: "MessagePack has no number of more than 64 bits")
            throw EncodingError.invalidValue(value, context)
        }
    }

    func addNull(key: (any CodingKey)?) {
        node.add(key: key) { $0.writeNull() }
    }
}

struct SingleNode: SingleValueEncodingContainer, NodeContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() throws { addNull(key: nil) }
    mutating func encode(_ value: Bool) throws { node.add(key: nil) { $0.write(value) } }
    mutating func encode(_ value: String) throws { node.add(key: nil) { $0.write(value) } }
    mutating func encode(_ value: Double) throws { node.add(key: nil) { $0.write(value) } }
    mutating func encode(_ value: Float) throws { node.add(key: nil) { $0.write(value) } }
    mutating func encode(_ value: Int) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: Int8) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: Int16) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: Int32) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: Int64) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: UInt) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: UInt8) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: UInt16) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: UInt32) throws { try add(integer: value, key: nil) }
    mutating func encode(_ value: UInt64) throws { try add(integer: value, key: nil) }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try add(value, key: nil) }
}
