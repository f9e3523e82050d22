import DroverSystem

/// Version 1: a line of text.
enum ProxyHeaderText {
    private static let longest = 107

    static func parse(_ bytes: RawSpan) throws(ProxyHeader.Mistake) -> ProxyHeader.Outcome {
        var end = 0
        while end < bytes.byteCount, byte(bytes, end) != 0x0D {
            end += 1
            guard end < longest - 1 else { throw .line }
        }
        guard end + 1 < bytes.byteCount else { return .incomplete }
        guard byte(bytes, end + 1) == 0x0A else { throw .words }
        let words = words(bytes.extracting(0..<end))
        let count = end + 2
        switch words[1] {
        case Array("UNKNOWN".utf8):
            return .header(ProxyHeader(byteCount: count, client: nil))
        case Array("TCP4".utf8):
            guard words.count == 6, ipv4(words[3]) != nil, let port = port(words[4]),
                self.port(words[5]) != nil, let address = ipv4(words[2])
            else { throw .address }
            return .header(ProxyHeader(byteCount: count, client: .ipv4(address, port: port)))
        case Array("TCP6".utf8):
            guard words.count == 6, ipv6(words[3]) != nil, let port = port(words[4]),
                self.port(words[5]) != nil, let (high, low) = ipv6(words[2])
            else { throw .address }
            return .header(
                ProxyHeader(byteCount: count, client: SocketAddress(high: high, low: low, port: port)))
        default:
            throw .words
        }
    }

    /// The words between single spaces; there are two at least.
    private static func words(_ line: RawSpan) -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        for offset in line.byteOffsets {
            let byte = byte(line, offset)
            if byte == 0x20 { words.append([]) } else { words[words.count - 1].append(byte) }
        }
        return words
    }

    private static func ipv4(_ text: [UInt8]) -> UInt32? {
        NumericAddress.ipv4(text.span.bytes)
    }

    private static func ipv6(_ text: [UInt8]) -> (high: UInt64, low: UInt64)? {
        NumericAddress.ipv6(text.span.bytes)
    }

    private static func port(_ text: [UInt8]) -> UInt16? {
        guard !text.isEmpty, text.count <= 5, text.first != 0x30 || text.count == 1 else { return nil }
        var number: UInt32 = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            number = number * 10 + UInt32(byte - 0x30)
        }
        return UInt16(exactly: number)
    }

    private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
