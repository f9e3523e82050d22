/// Decodes Swift's values from MessagePack.
///
/// A whole number may have any width that holds it and may stand for a number with a fraction, not the other way round.
/// `[UInt8]` comes from binary data or an array of numbers; a map's keys may be texts or numbers.
public enum MessagePackDecoder {
    /// The one value that `bytes` are.
    ///
    /// - Throws: `MessagePackFault` where the bytes are none, `DecodingError` where the value is another.
    public static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: [UInt8]) throws -> Value {
        var reader = MessagePackReader(bytes.span.bytes)
        let value = try decode(type, from: &reader)
        try reader.expectEnd()
        return value
    }

    /// Reads the next value.
    ///
    /// - Throws: `MessagePackFault` where the bytes are none, `DecodingError` where the value is another.
    @_lifetime(reader: copy reader)
    public static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from reader: inout MessagePackReader
    ) throws -> Value {
        if let value = try read(type, from: &reader) { return value }
        let range = try reader.skipValue()
        // Who decodes itself may keep the decoder, so the bytes must be its own.
        return try Value(from: NodeDecoder(bytes: reader.bytes(at: range), offset: 0, codingPath: []))
    }

    /// Reads what MessagePack has a kind for.
    ///
    /// - Returns: Nil if it is no such type; then nothing has been read.
    @_lifetime(reader: copy reader)
    static func read<Value: Decodable>(
        _ type: Value.Type, from reader: inout MessagePackReader
    ) throws(MessagePackFault) -> Value? {
        // The commonest first; each question is a comparison of two pointers.
        if type == Int.self { return try reader.readInteger(as: Int.self) as? Value }
        if type == String.self { return try reader.readString() as? Value }
        if type == Double.self { return try reader.readDouble() as? Value }
        if type == Bool.self { return try reader.readBool() as? Value }
        if type == MessagePackValue.self { return try reader.readValue() as? Value }
        if type == MessagePackTimestamp.self { return try reader.readTimestamp() as? Value }
        if type == [UInt8].self, case .binary = try reader.peekHead() { return try reader.readBinary() as? Value }
        if type == Int64.self { return try reader.readInteger(as: Int64.self) as? Value }
        if type == Int32.self { return try reader.readInteger(as: Int32.self) as? Value }
        if type == Int16.self { return try reader.readInteger(as: Int16.self) as? Value }
        if type == Int8.self { return try reader.readInteger(as: Int8.self) as? Value }
        if type == UInt.self { return try reader.readInteger(as: UInt.self) as? Value }
        if type == UInt64.self { return try reader.readInteger(as: UInt64.self) as? Value }
        if type == UInt32.self { return try reader.readInteger(as: UInt32.self) as? Value }
        if type == UInt16.self { return try reader.readInteger(as: UInt16.self) as? Value }
        if type == UInt8.self { return try reader.readInteger(as: UInt8.self) as? Value }
        if type == Float.self { return try reader.readFloat() as? Value }
        if type == Int128.self { return try reader.readInteger(as: Int128.self) as? Value }
        if type == UInt128.self { return try reader.readInteger(as: UInt128.self) as? Value }
        return nil
    }
}
