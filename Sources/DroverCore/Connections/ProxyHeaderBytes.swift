import DroverBytes
import DroverSystem

/// Version 2: bytes in network order.
enum ProxyHeaderBytes {
    static func parse(_ bytes: RawSpan) throws(ProxyHeader.Mistake) -> ProxyHeader.Outcome {
        guard bytes.byteCount >= 16 else { return .incomplete }
        let command = byte(bytes, 12)
        guard command == 0x20 || command == 0x21 else { throw .command }
        let length = Int(byte(bytes, 14)) << 8 | Int(byte(bytes, 15))
        guard 16 + length <= ProxyHeader.longest else { throw .length }
        let family = byte(bytes, 13)
        let needed: Int
        switch family {
        case 0x00: needed = 0
        case 0x11: needed = 12
        case 0x21: needed = 36
        case 0x31: needed = 216
        // A proxy that asks for itself need not name a family that we know.
        case _ where command == 0x20: needed = 0
        default: throw .family
        }
        guard command == 0x20 || length >= needed else { throw .length }
        guard bytes.byteCount >= 16 + length else { return .incomplete }
        // With the command LOCAL the proxy speaks for itself, so its notes are not about a client.
        if command == 0x20 { return .header(ProxyHeader(byteCount: 16 + length, client: nil)) }
        let facts = try facts(bytes.extracting(0..<(16 + length)), from: 16 + needed, isTolerant: family == 0x00)
        return .header(ProxyHeader(byteCount: 16 + length, client: client(bytes, family), facts: facts))
    }

    /// The facts in the rest of a header.
    ///
    /// Without addresses the rest may be anything, so a mistake there means no facts; a wrong checksum stays a mistake.
    private static func facts(
        _ header: RawSpan, from start: Int, isTolerant: Bool
    ) throws(ProxyHeader.Mistake) -> ProxyFacts? {
        do throws(ProxyHeader.Mistake) {
            return try ProxyNotes.parse(header, from: start)
        } catch {
            if isTolerant, error != .checksum { return nil }
            throw error
        }
    }

    private static func client(_ bytes: RawSpan, _ family: UInt8) -> SocketAddress? {
        switch family {
        case 0x11:
            return .ipv4(UInt32(number(bytes, 16, 4)), port: UInt16(number(bytes, 24, 2)))
        case 0x21:
            return SocketAddress(
                high: number(bytes, 16, 8), low: number(bytes, 24, 8), port: UInt16(number(bytes, 48, 2)))
        case 0x31:
            let isAbstract = byte(bytes, 16) == 0
            let start = isAbstract ? 17 : 16
            var end = start
            while end < 16 + 108, byte(bytes, end) != 0 { end += 1 }
            let name = String(decoding: bytes.extracting(start..<end))
            return name.isEmpty ? .unnamed : isAbstract ? .abstract(name) : .unix(name)
        default: return nil
        }
    }

    private static func number(_ bytes: RawSpan, _ start: Int, _ count: Int) -> UInt64 {
        (start..<start + count).reduce(0) { $0 << 8 | UInt64(byte(bytes, $1)) }
    }

    private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
