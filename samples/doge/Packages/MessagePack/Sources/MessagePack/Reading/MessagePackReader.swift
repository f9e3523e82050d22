/// Reads MessagePack values from bytes, one after the other.
///
/// Nothing is copied before it is asked for, and nothing is allocated because a length was only declared. After a fault
/// the reader stands where the value that it could not read begins.
public struct MessagePackReader: ~Escapable {
    /// What is read.
    public let bytes: RawSpan
    /// Where the next value begins.
    public private(set) var offset: Int
    /// How deep values may lie in each other where the reader goes through them itself.
    public let maximumDepth: Int

    /// The depth that is allowed where the caller does not say otherwise.
    public static let standardDepth = 64

    /// Reads from `bytes`, at `offset` first.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, from offset: Int = 0, maximumDepth: Int = MessagePackReader.standardDepth) {
        self.bytes = bytes
        self.offset = offset
        self.maximumDepth = maximumDepth
    }

    /// Whether all bytes have been read.
    public var isAtEnd: Bool { offset >= bytes.byteCount }

    /// Sees to it that all bytes have been read.
    public func expectEnd() throws(MessagePackFault) {
        if !isAtEnd { throw .trailing(count: bytes.byteCount - offset, at: offset) }
    }

    // MARK: Heads

    /// Reads a value's head; what follows it is the caller's to read.
    @_lifetime(self: copy self)
    public mutating func readHead() throws(MessagePackFault) -> MessagePackHead {
        let start = offset
        do throws(MessagePackFault) {
            return try head()
        } catch {
            offset = start
            throw error
        }
    }

    /// The next value's head, which is still to be read.
    public func peekHead() throws(MessagePackFault) -> MessagePackHead {
        var reader = copy self
        return try reader.head()
    }

    @_lifetime(self: copy self)
    private mutating func head() throws(MessagePackFault) -> MessagePackHead {
        let start = offset
        let format = try load(UInt8.self)
        switch format {
        case 0x00...0x7F: return .int(Int64(format))
        case 0x80...0x8F: return .map(Int(format & 0x0F))
        case 0x90...0x9F: return .array(Int(format & 0x0F))
        case 0xA0...0xBF: return .string(Int(format & 0x1F))
        case 0xC0: return .null
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC4: return .binary(Int(try load(UInt8.self)))
        case 0xC5: return .binary(Int(try load(UInt16.self)))
        case 0xC6: return .binary(Int(try load(UInt32.self)))
        case 0xC7: return try extended(Int(try load(UInt8.self)))
        case 0xC8: return try extended(Int(try load(UInt16.self)))
        case 0xC9: return try extended(Int(try load(UInt32.self)))
        case 0xCA: return .float(Float(bitPattern: try load(UInt32.self)))
        case 0xCB: return .double(Double(bitPattern: try load(UInt64.self)))
        case 0xCC: return .int(Int64(try load(UInt8.self)))
        case 0xCD: return .int(Int64(try load(UInt16.self)))
        case 0xCE: return .int(Int64(try load(UInt32.self)))
        case 0xCF:
            let number = try load(UInt64.self)
            return Int64(exactly: number).map { .int($0) } ?? .uint(number)
        case 0xD0: return .int(Int64(try load(Int8.self)))
        case 0xD1: return .int(Int64(try load(Int16.self)))
        case 0xD2: return .int(Int64(try load(Int32.self)))
        case 0xD3: return .int(try load(Int64.self))
        case 0xD4...0xD8: return try extended(1 << Int(format - 0xD4))
        case 0xD9: return .string(Int(try load(UInt8.self)))
        case 0xDA: return .string(Int(try load(UInt16.self)))
        case 0xDB: return .string(Int(try load(UInt32.self)))
        case 0xDC: return .array(Int(try load(UInt16.self)))
        case 0xDD: return .array(Int(try load(UInt32.self)))
        case 0xDE: return .map(Int(try load(UInt16.self)))
        case 0xDF: return .map(Int(try load(UInt32.self)))
        case 0xE0...0xFF: return .int(Int64(Int8(bitPattern: format)))
        default: throw .reserved(at: start)
        }
    }

    @_lifetime(self: copy self)
    private mutating func extended(_ count: Int) throws(MessagePackFault) -> MessagePackHead {
        .extension(type: try load(Int8.self), count: count)
    }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(MessagePackFault) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.byteCount &- offset >= size else { throw .truncated(at: bytes.byteCount) }
        let number = Number(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type))
        offset &+= size
        return number
    }

    // MARK: Content

    /// Reads the next `count` bytes, which are a value's content.
    ///
    /// - Returns: Where they lie.
    @_lifetime(self: copy self)
    public mutating func readContent(_ count: Int) throws(MessagePackFault) -> Range<Int> {
        guard bytes.byteCount &- offset >= count else { throw .truncated(at: bytes.byteCount) }
        let start = offset
        offset &+= count
        return start..<offset
    }

    /// A copy of the bytes at `range`.
    public func bytes(at range: Range<Int>) -> [UInt8] {
        bytes.extracting(range).withUnsafeBytes { Array($0) }
    }

    /// Goes past the next value, whatever it is, which lies so many `levels` deep in others whose heads have been read.
    ///
    /// - Returns: Where it lies.
    @discardableResult
    @_lifetime(self: copy self)
    public mutating func skipValue(within levels: Int = 0) throws(MessagePackFault) -> Range<Int> {
        let start = offset
        do throws(MessagePackFault) {
            try skip(depth: levels)
        } catch {
            offset = start
            throw error
        }
        return start..<offset
    }

    // Recursive, but no deeper than `maximumDepth`.
    @_lifetime(self: copy self)
    private mutating func skip(depth: Int) throws(MessagePackFault) {
        let start = offset
        let head = try head()
        _ = try readContent(head.contentCount)
        var count = head.valueCount
        if count == 0 { return }
        if depth >= maximumDepth { throw .tooDeep(limit: maximumDepth, at: start) }
        // Each of them is one byte at least.
        if count > bytes.byteCount &- offset { throw .truncated(at: bytes.byteCount) }
        while count > 0 {
            try skip(depth: depth + 1)
            count &-= 1
        }
    }

    /// Takes the reader back to `offset`, where a value begins.
    @_lifetime(self: copy self)
    mutating func rewind(to offset: Int) {
        self.offset = offset
    }
}
