import DroverBytes
import DroverSystem

/// Reads the address that a proxy wrote down for a client.
enum ForwardedNode {
    /// The address in `text`: an IP address, alone or with a port, or `unix:`, which nginx writes for a client that came by
    /// a unix socket; nil for `unknown`, a made-up name, or anything else.
    ///
    /// An IPv6 address may do without brackets, as X-Forwarded-For has it.
    static func address(_ text: RawSpan) -> SocketAddress? {
        guard !text.isEmpty else { return nil }
        if FoldedBytes.equal(text, "unix:") { return .unnamed }
        if text.byte(0) == 0x5B {
            guard let end = text.firstIndex(of: 0x5D),
                let port = port(text.extracting((end + 1)..<text.byteCount)),
                let (high, low) = NumericAddress.ipv6(text.extracting(1..<end))
            else { return nil }
            return SocketAddress(high: high, low: low, port: port)
        }
        if let address = SocketAddress(numeric: text) { return address }
        let end = text.firstIndex(of: 0x3A) ?? text.byteCount
        guard let address = NumericAddress.ipv4(text.extracting(0..<end)),
            let port = port(text.extracting(end..<text.byteCount))
        else { return nil }
        return .ipv4(address, port: port)
    }

    private static func isObfuscated(_ text: RawSpan) -> Bool {
        guard text.byteCount > 1, text.byte(0) == 0x5F else { return false }
        return text.byteOffsets.allSatisfy { offset in
            let character = text.byte(offset)
            return (character | 0x20) &- 0x61 < 26 || character &- 0x30 < 10 || [0x2D, 0x2E, 0x5F].contains(character)
        }
    }

    /// What `:4711` says, 0 for nothing at all or a made-up port; nil for anything else.
    private static func port(_ text: RawSpan) -> UInt16? {
        if text.isEmpty { return 0 }
        guard text.byte(0) == 0x3A else { return nil }
        let digits = text.extracting(1..<text.byteCount)
        return isObfuscated(digits) ? 0 : number(digits)
    }

    private static func number(_ text: RawSpan) -> UInt16? {
        guard !text.isEmpty, text.byteCount <= 5 else { return nil }
        var number: UInt32 = 0
        for offset in text.byteOffsets {
            let digit = text.byte(offset) &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt32(digit)
        }
        return UInt16(exactly: number)
    }
}
