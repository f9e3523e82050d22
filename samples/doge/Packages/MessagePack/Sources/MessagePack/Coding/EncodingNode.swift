/// What a value's encoding has written so far.
///
/// How many values a container will have is known when it has ended, so its head is written last, before the bytes of
/// its content. What is encoded into a nested container may still come later: that has a node of its own.
final class EncodingNode {
    enum Kind {
        case none, single, array, map
    }

    private(set) var kind = Kind.none
    /// Values of an array, or keys of a map.
    private(set) var count = 0
    private var content = MessagePackWriter()
    // Nodes whose bytes belong at these places of the content.
    private var nested: [(place: Int, node: EncodingNode)] = []

    /// Makes it a container, unless it is the same already.
    func become(_ kind: Kind) {
        precondition(self.kind == .none || self.kind == kind, "a value was encoded as two things at once")
        self.kind = kind
    }

    /// Adds a value, or a key and its value when there is a key.
    func add(key: (any CodingKey)?, _ write: (inout MessagePackWriter) throws -> Void) rethrows {
        let start = content.bytes.count
        do {
            if let key { append(key) }
            try write(&content)
        } catch {
            content.bytes.removeSubrange(start...)
            throw error
        }
        count += 1
    }

    /// Adds a value that is yet to be written.
    func addNested(key: (any CodingKey)?) -> EncodingNode {
        if let key { append(key) }
        let node = EncodingNode()
        nested.append((content.bytes.count, node))
        count += 1
        return node
    }

    private func append(_ key: any CodingKey) {
        if let number = key.intValue { content.write(number) } else { content.write(key.stringValue) }
    }

    /// Writes all of it.
    func finish(into writer: inout MessagePackWriter) {
        switch kind {
        // Who encodes nothing at all has nothing to say.
        case .none: return writer.beginMap(0)
        case .single: if count == 0 { return writer.writeNull() }
        case .array: writer.beginArray(count)
        case .map: writer.beginMap(count)
        }
        let all = content.bytes
        let bytes = all.span.bytes
        var written = 0
        for (place, node) in nested {
            writer.write(encoded: bytes.extracting(written..<place))
            node.finish(into: &writer)
            written = place
        }
        writer.write(encoded: bytes.extracting(written..<bytes.byteCount))
    }
}
