import DroverSystem

/// Reads the address that a proxy wrote down for a client.
enum ForwardedNode {
    /// The address in `text`: an IP address, alone or with a port; nil for `unknown`, a made-up name, or anything else.
    ///
    /// With `allowsBareIPv6` an IPv6 address may do without brackets, as X-Forwarded-For has it.
    static func address(_ text: RawSpan, allowsBareIPv6: Bool) -> SocketAddress? {
        guard !text.isEmpty else { return nil }
        if byte(text, 0) == 0x5B {
            guard let end = firstIndex(of: 0x5D, in: text),
                let port = port(text.extracting((end + 1)..<text.byteCount)),
                let (high, low) = NumericAddress.ipv6(text.extracting(1..<end))
            else { return nil }
            return .ipv6(high: high, low: low, port: port, scope: 0)
        }
        if allowsBareIPv6, let (high, low) = NumericAddress.ipv6(text) {
            return .ipv6(high: high, low: low, port: 0, scope: 0)
        }
        let end = firstIndex(of: 0x3A, in: text) ?? text.byteCount
        guard let address = NumericAddress.ipv4(text.extracting(0..<end)),
            let port = port(text.extracting(end..<text.byteCount))
        else { return nil }
        return .ipv4(address, port: port)
    }

    /// Whether `text` is what RFC 7239 section 6 lets stand for a node: an address, `unknown`, or `_` and a name.
    static func isNode(_ text: RawSpan) -> Bool {
        if address(text, allowsBareIPv6: false) != nil { return true }
        let end = firstIndex(of: 0x3A, in: text) ?? text.byteCount
        let name = text.extracting(0..<end)
        guard end == text.byteCount || isPort(text.extracting((end + 1)..<text.byteCount)) else { return false }
        return FoldedBytes.equal(name, "unknown") || isObfuscated(name)
    }

    private static func isPort(_ text: RawSpan) -> Bool {
        isObfuscated(text) || number(text) != nil
    }

    private static func isObfuscated(_ text: RawSpan) -> Bool {
        guard text.byteCount > 1, byte(text, 0) == 0x5F else { return false }
        return text.byteOffsets.allSatisfy { offset in
            let character = byte(text, offset)
            return (character | 0x20) &- 0x61 < 26 || character &- 0x30 < 10 || [0x2D, 0x2E, 0x5F].contains(character)
        }
    }

    /// What `:4711` says, 0 for nothing at all or a made-up port; nil for anything else.
    private static func port(_ text: RawSpan) -> UInt16? {
        if text.isEmpty { return 0 }
        guard byte(text, 0) == 0x3A else { return nil }
        let digits = text.extracting(1..<text.byteCount)
        return isObfuscated(digits) ? 0 : number(digits)
    }

    private static func number(_ text: RawSpan) -> UInt16? {
        guard !text.isEmpty, text.byteCount <= 5 else { return nil }
        var number: UInt32 = 0
        for offset in text.byteOffsets {
            let digit = byte(text, offset) &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt32(digit)
        }
        return UInt16(exactly: number)
    }

    private static func firstIndex(of wanted: UInt8, in text: RawSpan) -> Int? {
        for offset in text.byteOffsets where byte(text, offset) == wanted { return offset }
        return nil
    }

    private static func byte(_ text: RawSpan, _ offset: Int) -> UInt8 {
        text.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
