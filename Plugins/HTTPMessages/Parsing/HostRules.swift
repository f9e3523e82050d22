/// What may stand in Host and in the authority of a target: a host and perhaps a port, RFC 9110 section 7.2.
enum HostRules {
    /// Whether the value of Host at `slice` is `host`, `host:port` or `host:`.
    @inline(__always)
    static func isHost(_ slice: ByteSlice, _ bytes: RawSpan) -> Bool {
        let range = slice.range
        // Short names of letters and digits, as nearly all are; what ends the value ends them as well.
        if let stop = ByteScanning.firstOutsideHost(in: bytes, from: range.lowerBound), stop > range.lowerBound {
            if stop == range.upperBound { return true }
            if byte(bytes, stop) == 0x3A {
                return isPort(bytes.extracting(stop &+ 1..<range.upperBound), mayBeEmpty: true)
            }
        }
        return isAuthority(bytes.extracting(range))
    }

    /// Whether `text` is `host`, `host:port` or, without `needsPort`, `host:`; never with user information.
    static func isAuthority(_ text: RawSpan, needsPort: Bool = false) -> Bool {
        guard !text.isEmpty else { return false }
        let isLiteral = byte(text, 0) == 0x5B
        guard let hostEnd = isLiteral ? addressLiteralEnd(text) : nameEnd(text), hostEnd > 0 else { return false }
        if hostEnd == text.byteCount { return !needsPort }
        guard byte(text, hostEnd) == 0x3A else { return false }
        return isPort(text.extracting((hostEnd + 1)..<text.byteCount), mayBeEmpty: !needsPort)
    }

    /// Whether the authority `text` says which port, if only by an empty one.
    static func hasPort(_ text: RawSpan) -> Bool {
        let mark = text.byteOffsets.last { byte(text, $0) == 0x3A || byte(text, $0) == 0x5D }
        return mark.map { byte(text, $0) == 0x3A } ?? false
    }

    /// Where a registered name or an IPv4 address ends; nil if a percent sign goes wrong in it.
    private static func nameEnd(_ text: RawSpan) -> Int? {
        var offset = 0
        while offset < text.byteCount {
            let character = byte(text, offset)
            if ByteClass.registeredName.contains(character) {
                offset += 1
            } else if character == 0x25 {
                guard offset + 2 < text.byteCount, ByteClass.hexDigit.contains(byte(text, offset + 1)),
                    ByteClass.hexDigit.contains(byte(text, offset + 2))
                else { return nil }
                offset += 3
            } else {
                break
            }
        }
        return offset
    }

    /// Where an address in brackets ends, with the bracket; nil if it is none.
    private static func addressLiteralEnd(_ text: RawSpan) -> Int? {
        var offset = 1
        var colons = 0
        while offset < text.byteCount {
            switch byte(text, offset) {
            case 0x5D: return colons >= 2 ? offset + 1 : nil
            case 0x3A: colons += 1
            case 0x2E: break
            case let character where ByteClass.hexDigit.contains(character): break
            default: return nil
            }
            offset += 1
        }
        return nil
    }

    private static func isPort(_ text: RawSpan, mayBeEmpty: Bool) -> Bool {
        if text.isEmpty { return mayBeEmpty }
        guard text.byteCount <= 5 else { return false }
        var port: UInt32 = 0
        for offset in text.byteOffsets {
            let digit = text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) &- 0x30
            guard digit < 10 else { return false }
            port = port &* 10 &+ UInt32(digit)
        }
        return port <= 65_535
    }

    @inline(__always)
    private static func byte(_ text: RawSpan, _ offset: Int) -> UInt8 {
        text.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
