// Values of a kind that the caller expects, and whole values.

extension MessagePackReader {
    /// Reads nil, if that is what comes next.
    ///
    /// - Returns: Whether it was.
    @_lifetime(self: copy self)
    public mutating func readNull() throws(MessagePackFault) -> Bool {
        guard case .null = try peekHead() else { return false }
        _ = try readHead()
        return true
    }

    /// Reads yes or no.
    @_lifetime(self: copy self)
    public mutating func readBool() throws(MessagePackFault) -> Bool {
        let start = offset
        let head = try readHead()
        guard case .bool(let value) = head else { throw refusal(head, "a boolean", at: start) }
        return value
    }

    /// Reads a whole number of any width that fits `type`.
    @_lifetime(self: copy self)
    public mutating func readInteger<Number: FixedWidthInteger>(
        as type: Number.Type = Number.self
    ) throws(MessagePackFault) -> Number {
        let start = offset
        let head = try readHead()
        let number: Number?
        switch head {
        case .int(let value): number = Number(exactly: value)
        case .uint(let value): number = Number(exactly: value)
        default: throw refusal(head, "an integer", at: start)
        }
        guard let number else {
            rewind(to: start)
            throw .outOfRange(wanted: "\(type)", at: start)
        }
        return number
    }

    /// Reads a number with or without a fraction; a whole one must be exact as a double.
    @_lifetime(self: copy self)
    public mutating func readDouble() throws(MessagePackFault) -> Double {
        let start = offset
        let head = try readHead()
        let number: Double?
        switch head {
        case .double(let value): number = value
        case .float(let value): number = Double(value)
        case .int(let value): number = Double(exactly: value)
        case .uint(let value): number = Double(exactly: value)
        default: throw refusal(head, "a number", at: start)
        }
        guard let number else {
            rewind(to: start)
            throw .outOfRange(wanted: "Double", at: start)
        }
        return number
    }

    /// Reads a number as `readDouble` does, rounded to the nearest of 32 bits.
    @_lifetime(self: copy self)
    public mutating func readFloat() throws(MessagePackFault) -> Float {
        let start = offset
        let number = try readDouble()
        guard !number.isFinite || Float(number).isFinite else {
            rewind(to: start)
            throw .outOfRange(wanted: "Float", at: start)
        }
        return Float(number)
    }

    /// Reads a text.
    @_lifetime(self: copy self)
    public mutating func readString() throws(MessagePackFault) -> String {
        let start = offset
        let range = try readText()
        return try text(range, from: start)
    }

    /// Reads a text without making one of it, nor looking whether it is UTF-8.
    ///
    /// - Returns: Where its bytes lie.
    @_lifetime(self: copy self)
    public mutating func readText() throws(MessagePackFault) -> Range<Int> {
        let start = offset
        let head = try readHead()
        guard case .string(let count) = head else { throw refusal(head, "a string", at: start) }
        return try content(count, from: start)
    }

    /// Reads binary data.
    @_lifetime(self: copy self)
    public mutating func readBinary() throws(MessagePackFault) -> [UInt8] {
        let start = offset
        let head = try readHead()
        guard case .binary(let count) = head else { throw refusal(head, "binary data", at: start) }
        return bytes(at: try content(count, from: start))
    }

    /// Reads the head of an array; its values follow.
    ///
    /// - Returns: How many there are, which the bytes at hand have room for.
    @_lifetime(self: copy self)
    public mutating func readArray() throws(MessagePackFault) -> Int {
        let start = offset
        let head = try readHead()
        guard case .array(let count) = head else { throw refusal(head, "an array", at: start) }
        return try plausible(count, of: 1, from: start)
    }

    /// Reads the head of a map; keys and values follow by turns.
    ///
    /// - Returns: How many pairs there are, which the bytes at hand have room for.
    @_lifetime(self: copy self)
    public mutating func readMap() throws(MessagePackFault) -> Int {
        let start = offset
        let head = try readHead()
        guard case .map(let count) = head else { throw refusal(head, "a map", at: start) }
        return try plausible(count, of: 2, from: start)
    }

    /// Reads a moment.
    @_lifetime(self: copy self)
    public mutating func readTimestamp() throws(MessagePackFault) -> MessagePackTimestamp {
        let start = offset
        let head = try readHead()
        guard case .extension(MessagePackTimestamp.type, let count) = head else {
            throw refusal(head, "a timestamp", at: start)
        }
        return try timestamp(count, from: start)
    }

    /// Reads the next value, whatever it is.
    @_lifetime(self: copy self)
    public mutating func readValue() throws(MessagePackFault) -> MessagePackValue {
        let start = offset
        do throws(MessagePackFault) {
            return try value(depth: 0)
        } catch {
            rewind(to: start)
            throw error
        }
    }

    // Recursive, but no deeper than `maximumDepth`.
    @_lifetime(self: copy self)
    private mutating func value(depth: Int) throws(MessagePackFault) -> MessagePackValue {
        let start = offset
        let head = try readHead()
        if head.valueCount > 0, depth == maximumDepth { throw .tooDeep(limit: maximumDepth, at: start) }
        switch head {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return .uint(value)
        case .float(let value): return .float(value)
        case .double(let value): return .double(value)
        case .string(let count): return .string(try text(content(count, from: start), from: start))
        case .binary(let count): return .binary(bytes(at: try content(count, from: start)))
        case .array(let count):
            var values: [MessagePackValue] = []
            values.reserveCapacity(min(try plausible(count, of: 1, from: start), Self.largestReserve))
            for _ in 0..<count { values.append(try value(depth: depth + 1)) }
            return .array(values)
        case .map(let count):
            var pairs: [MessagePackValue.Pair] = []
            pairs.reserveCapacity(min(try plausible(count, of: 2, from: start), Self.largestReserve))
            for _ in 0..<count { pairs.append(.init(try value(depth: depth + 1), try value(depth: depth + 1))) }
            return .map(pairs)
        case .extension(MessagePackTimestamp.type, let count): return .timestamp(try timestamp(count, from: start))
        case .extension(let type, let count):
            return .extension(type: type, bytes: bytes(at: try content(count, from: start)))
        }
    }

    // A value takes many times the space of its byte on the wire.
    private static var largestReserve: Int { 1_024 }

    @_lifetime(self: copy self)
    private mutating func timestamp(_ count: Int, from start: Int) throws(MessagePackFault) -> MessagePackTimestamp {
        let seconds: Int64
        let nanoseconds: UInt32
        switch count {
        case 4:
            let content = try content(4, from: start)
            seconds = Int64(number(UInt32.self, at: content.lowerBound))
            nanoseconds = 0
        case 8:
            let content = try content(8, from: start)
            let both = number(UInt64.self, at: content.lowerBound)
            seconds = Int64(both & 0x3_FFFF_FFFF)
            nanoseconds = UInt32(both >> 34)
        case 12:
            let content = try content(12, from: start)
            nanoseconds = number(UInt32.self, at: content.lowerBound)
            seconds = number(Int64.self, at: content.lowerBound + 4)
        default:
            rewind(to: start)
            throw .invalidTimestamp(at: start)
        }
        guard let moment = MessagePackTimestamp(seconds: seconds, nanoseconds: nanoseconds) else {
            rewind(to: start)
            throw .invalidTimestamp(at: start)
        }
        return moment
    }

    private func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
        Number(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }

    @_lifetime(self: copy self)
    private mutating func content(_ count: Int, from start: Int) throws(MessagePackFault) -> Range<Int> {
        do throws(MessagePackFault) {
            return try readContent(count)
        } catch {
            rewind(to: start)
            throw error
        }
    }

    @_lifetime(self: copy self)
    private mutating func plausible(_ count: Int, of size: Int, from start: Int) throws(MessagePackFault) -> Int {
        guard count * size <= bytes.byteCount - offset else {
            rewind(to: start)
            throw .truncated(at: bytes.byteCount)
        }
        return count
    }

    @_lifetime(self: copy self)
    private mutating func text(_ range: Range<Int>, from start: Int) throws(MessagePackFault) -> String {
        let text = bytes.extracting(range).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        guard let text else {
            rewind(to: start)
            throw .invalidText(at: range.lowerBound)
        }
        return text
    }

    @_lifetime(self: copy self)
    private mutating func refusal(_ head: MessagePackHead, _ wanted: String, at start: Int) -> MessagePackFault {
        rewind(to: start)
        return .unexpected(found: head.kind, wanted: wanted, at: start)
    }
}
