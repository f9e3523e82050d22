/// Reads IP addresses in numbers from bytes that anybody may have sent: no name, no zone, no short forms.
public enum NumericAddress {
    /// Four decimal numbers without leading zeros, which some readers take for octal.
    public static func ipv4(_ text: RawSpan) -> UInt32? {
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var parts = 0
        for offset in text.byteOffsets {
            let byte = text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte == 0x2E {
                guard digits > 0, parts < 3 else { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
                parts += 1
                continue
            }
            guard byte &- 0x30 < 10, !(digits > 0 && part == 0) else { return nil }
            part = part * 10 + UInt32(byte - 0x30)
            digits += 1
            guard part <= 255 else { return nil }
        }
        guard parts == 3, digits > 0 else { return nil }
        return address << 8 | part
    }

    /// The text forms of RFC 4291 section 2.2, an IPv4 address at the end included.
    public static func ipv6(_ text: RawSpan) -> (high: UInt64, low: UInt64)? {
        func byte(_ offset: Int) -> UInt8 { text.unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
        let end = text.byteCount
        var groups = GroupList()
        var offset = 0
        if end >= 2, byte(0) == 0x3A {
            guard byte(1) == 0x3A else { return nil }
            groups.openGap()
            offset = 2
        }
        while offset < end {
            let start = offset
            var value: UInt16 = 0
            while offset < end, let digit = hexDigit(byte(offset)) {
                guard offset - start < 4 else { return nil }
                value = value << 4 | digit
                offset += 1
            }
            if offset < end, byte(offset) == 0x2E {
                guard let address = ipv4(text.extracting(start..<end)) else { return nil }
                groups.append(UInt16(address >> 16))
                groups.append(UInt16(address & 0xFFFF))
                break
            }
            guard offset > start else { return nil }
            groups.append(value)
            guard offset < end else { break }
            guard byte(offset) == 0x3A, offset + 1 < end else { return nil }
            offset += 1
            if byte(offset) == 0x3A {
                guard !groups.hasGap else { return nil }
                groups.openGap()
                offset += 1
            }
        }
        guard let value = groups.value else { return nil }
        return (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
    }

    private static func hexDigit(_ byte: UInt8) -> UInt16? {
        if byte &- 0x30 < 10 { return UInt16(byte - 0x30) }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? UInt16(letter) + 10 : nil
    }

    /// The groups before and behind the gap that `::` leaves.
    private struct GroupList {
        private(set) var hasGap = false
        private var before: UInt128 = 0
        private var behind: UInt128 = 0
        private var count = 0
        private var countBehind = 0

        mutating func openGap() { hasGap = true }

        mutating func append(_ group: UInt16) {
            count += 1
            if hasGap {
                countBehind += 1
                behind = behind << 16 | UInt128(group)
            } else {
                before = before << 16 | UInt128(group)
            }
        }

        /// The address; nil for too few groups or too many.
        var value: UInt128? {
            guard hasGap ? count < 8 : count == 8 else { return nil }
            return before << UInt128(16 * (8 - (count - countBehind))) | behind
        }
    }
}

extension SocketAddress {
    /// The address that `text` spells in numbers; nil if it is none.
    public init?(numeric text: RawSpan, port: UInt16 = 0) {
        if let address = NumericAddress.ipv4(text) {
            self = .ipv4(address, port: port)
        } else if let (high, low) = NumericAddress.ipv6(text) {
            self.init(high: high, low: low, port: port)
        } else {
            return nil
        }
    }
}
