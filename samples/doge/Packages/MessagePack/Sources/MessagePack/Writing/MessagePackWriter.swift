/// Writes MessagePack values, each in the shortest form there is for it.
public struct MessagePackWriter: Sendable {
    /// What has been written.
    public var bytes: [UInt8] = []

    /// A writer that has written nothing.
    public init() {}

    /// Forgets what has been written, but not its room.
    public mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes nil.
    public mutating func writeNull() {
        bytes.append(0xC0)
    }

    /// Writes yes or no.
    public mutating func write(_ value: Bool) {
        bytes.append(value ? 0xC3 : 0xC2)
    }

    /// Writes a whole number.
    public mutating func write(_ value: Int) {
        write(Int64(value))
    }

    /// Writes a whole number.
    public mutating func write(_ value: Int64) {
        switch value {
        case 0...: write(UInt64(bitPattern: value))
        case -32..<0: bytes.append(UInt8(truncatingIfNeeded: value))
        case Int64(Int8.min)..<0: append(0xD0, UInt8(truncatingIfNeeded: value))
        case Int64(Int16.min)..<0: append(0xD1, UInt16(truncatingIfNeeded: value))
        case Int64(Int32.min)..<0: append(0xD2, UInt32(truncatingIfNeeded: value))
        default: append(0xD3, UInt64(bitPattern: value))
        }
    }

    /// Writes a whole number.
    public mutating func write(_ value: UInt64) {
        switch value {
        case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: value))
        case 0..<0x100: append(0xCC, UInt8(truncatingIfNeeded: value))
        case 0..<0x1_0000: append(0xCD, UInt16(truncatingIfNeeded: value))
        case 0..<0x1_0000_0000: append(0xCE, UInt32(truncatingIfNeeded: value))
        default: append(0xCF, value)
        }
    }

    /// Writes a number of 32 bits.
    public mutating func write(_ value: Float) {
        append(0xCA, value.bitPattern)
    }

    /// Writes a number of 64 bits.
    public mutating func write(_ value: Double) {
        append(0xCB, value.bitPattern)
    }

    /// Writes a text.
    public mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            beginString(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    /// Writes a text that is UTF-8 already.
    public mutating func write(utf8 text: RawSpan) {
        beginString(text.byteCount)
        write(encoded: text)
    }

    /// Writes binary data.
    public mutating func write(binary data: [UInt8]) {
        write(binary: data.span.bytes)
    }

    /// Writes binary data.
    public mutating func write(binary data: RawSpan) {
        switch data.byteCount {
        case 0..<0x100: append(0xC4, UInt8(data.byteCount))
        case 0..<0x1_0000: append(0xC5, UInt16(data.byteCount))
        default: append(0xC6, length(data.byteCount))
        }
        write(encoded: data)
    }

    /// Writes the head of an array; its `count` values are to follow.
    public mutating func beginArray(_ count: Int) {
        switch count {
        case 0..<16: bytes.append(0x90 | UInt8(count))
        case 0..<0x1_0000: append(0xDC, UInt16(count))
        default: append(0xDD, length(count))
        }
    }

    /// Writes the head of a map; `count` keys are to follow, each with its value behind it.
    public mutating func beginMap(_ count: Int) {
        switch count {
        case 0..<16: bytes.append(0x80 | UInt8(count))
        case 0..<0x1_0000: append(0xDE, UInt16(count))
        default: append(0xDF, length(count))
        }
    }

    /// Writes an extension; the types below zero are MessagePack's own.
    public mutating func write(extension type: Int8, _ data: [UInt8]) {
        switch data.count {
        case 1: bytes.append(0xD4)
        case 2: bytes.append(0xD5)
        case 4: bytes.append(0xD6)
        case 8: bytes.append(0xD7)
        case 16: bytes.append(0xD8)
        case 0..<0x100: append(0xC7, UInt8(data.count))
        case 0..<0x1_0000: append(0xC8, UInt16(data.count))
        default: append(0xC9, length(data.count))
        }
        bytes.append(UInt8(bitPattern: type))
        bytes.append(contentsOf: data)
    }

    /// Writes a moment.
    public mutating func write(_ moment: MessagePackTimestamp) {
        let type = UInt8(bitPattern: MessagePackTimestamp.type)
        if moment.nanoseconds == 0, let seconds = UInt32(exactly: moment.seconds) {
            bytes.append(0xD6)
            append(type, seconds)
        } else if 0..<0x4_0000_0000 ~= moment.seconds {
            bytes.append(0xD7)
            append(type, UInt64(moment.nanoseconds) << 34 | UInt64(moment.seconds))
        } else {
            append(0xC7, 12 as UInt8)
            append(type, moment.nanoseconds)
            append(UInt64(bitPattern: moment.seconds))
        }
    }

    /// Writes what is MessagePack already.
    public mutating func write(encoded value: RawSpan) {
        value.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    // MARK: Pieces

    private mutating func beginString(_ count: Int) {
        switch count {
        case 0..<32: bytes.append(0xA0 | UInt8(count))
        case 0..<0x100: append(0xD9, UInt8(count))
        case 0..<0x1_0000: append(0xDA, UInt16(count))
        default: append(0xDB, length(count))
        }
    }

    private func length(_ count: Int) -> UInt32 {
        guard let length = UInt32(exactly: count) else { preconditionFailure("MessagePack has lengths of 32 bits") }
        return length
    }

    private mutating func append<Number: FixedWidthInteger & UnsignedInteger>(_ format: UInt8, _ value: Number) {
        bytes.append(format)
        append(value)
    }

    private mutating func append<Number: FixedWidthInteger & UnsignedInteger>(_ value: Number) {
        var shift = Number.bitWidth - 8
        while shift >= 0 {
            bytes.append(UInt8(truncatingIfNeeded: value >> Number(shift)))
            shift -= 8
        }
    }
}
