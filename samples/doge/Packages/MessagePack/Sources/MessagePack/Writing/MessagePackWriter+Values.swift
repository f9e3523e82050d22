extension MessagePackWriter {
    /// Writes a value.
    public mutating func write(_ value: MessagePackValue) {
        switch value {
        case .null: writeNull()
        case .bool(let value): write(value)
        case .int(let value): write(value)
        case .uint(let value): write(value)
        case .float(let value): write(value)
        case .double(let value): write(value)
        case .string(let text): write(text)
        case .binary(let data): write(binary: data)
        case .array(let values):
            beginArray(values.count)
            for value in values { write(value) }
        case .map(let pairs):
            beginMap(pairs.count)
            for pair in pairs {
                write(pair.key)
                write(pair.value)
            }
        case .extension(let type, let data): write(extension: type, data)
        case .timestamp(let moment): write(moment)
        }
    }
}

extension MessagePackValue {
    /// The value in MessagePack.
    public var encoded: [UInt8] {
        var writer = MessagePackWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The one value that `bytes` are.
    ///
    /// - Throws: `MessagePackFault` for anything else.
    public init(
        decoding bytes: [UInt8], maximumDepth: Int = MessagePackReader.standardDepth
    ) throws(MessagePackFault) {
        var reader = MessagePackReader(bytes.span.bytes, maximumDepth: maximumDepth)
        self = try reader.readValue()
        try reader.expectEnd()
    }
}
