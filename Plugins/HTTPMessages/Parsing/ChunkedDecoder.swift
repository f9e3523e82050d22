/// Takes the chunked coding off a body, RFC 9112 section 7.1, from bytes that may come in any pieces.
///
/// It says which of the bytes are data and copies none. The trailer fields behind the last chunk are for a
/// ``HeadParser/init(forTrailers:)``.
public struct ChunkedDecoder: Sendable {
    /// What the decoder found.
    public enum Step: Equatable, Sendable {
        /// The bytes in this range are data.
        case data(Range<Int>)
        /// All bytes are used up, and the body goes on.
        case more
        /// The last chunk ended before this offset; trailer fields begin there.
        case end(Int)
    }

    /// What is wrong with a body.
    public enum Rejection: String, Error, Sendable {
        /// No digit of base 16 where the size should be, or something else after it.
        case size = "malformed chunk size"
        /// A size that cannot be counted.
        case overflow = "a chunk is too large to count"
        /// An extension that the grammar does not know.
        case chunkExtension = "malformed chunk extension"
        /// A line that goes on for too long.
        case line = "the line of a chunk size is too long"
        /// LF alone, or CR without LF.
        case lineEnd = "malformed line end in the chunked coding"
        /// Data that goes on after the size is used up.
        case data = "chunk data does not end where its size says"
    }

    private enum Phase: UInt8, Sendable {
        case size, beforeSemicolon, beforeName, name, afterName, beforeValue, value, quoted, escaped, afterQuoted
        case sizeLineFeed, data, dataReturn, dataLineFeed, end
    }

    // Generous for extensions, which are hardly ever sent, and small for clients that would hide a flood in them.
    private static let longestLine = 1_024

    private var phase = Phase.size
    private var line = 0
    private var digits = 0
    private var remaining = 0

    /// A decoder at the beginning of a body.
    public init() {}

    /// Goes on with `bytes` from `start`; what it has been given before is not given again.
    ///
    /// - Throws: What is wrong with the coding, after which the connection has no messages any more.
    public mutating func next(_ bytes: RawSpan, from start: Int) throws(Rejection) -> Step {
        var offset = start
        let end = bytes.byteCount
        while offset < end {
            switch phase {
            case .data:
                let count = min(remaining, end - offset)
                remaining -= count
                if remaining == 0 { phase = .dataReturn }
                return .data(offset..<offset + count)
            case .end:
                return .end(offset)
            default:
                try take(bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
                offset += 1
            }
        }
        return phase == .end ? .end(offset) : .more
    }

    private mutating func take(_ byte: UInt8) throws(Rejection) {
        switch phase {
        case .dataReturn:
            guard byte == 0x0D else { throw .data }
            phase = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw .lineEnd }
            phase = .size
        case .sizeLineFeed:
            guard byte == 0x0A else { throw .lineEnd }
            phase = remaining == 0 ? .end : .data
            line = 0
            digits = 0
        case .size:
            try takeSize(byte)
        default:
            try takeExtension(byte)
        }
        line += 1
        if line > Self.longestLine { throw .line }
    }

    private mutating func takeSize(_ byte: UInt8) throws(Rejection) {
        let digit: UInt8
        switch byte {
        case 0x30...0x39: digit = byte - 0x30
        case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x61 + 10
        default:
            guard digits > 0 else { throw .size }
            switch byte {
            case 0x0D: phase = .sizeLineFeed
            case 0x3B: phase = .beforeName
            case 0x20, 0x09: phase = .beforeSemicolon
            case 0x0A: throw .lineEnd
            default: throw .size
            }
            return
        }
        if digits == 0 { remaining = 0 }
        guard remaining <= Int.max >> 4 else { throw .overflow }
        remaining = remaining << 4 | Int(digit)
        digits += 1
    }

    /// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`, and no blank before the line's end.
    private mutating func takeExtension(_ byte: UInt8) throws(Rejection) {
        let isBlank = byte == 0x20 || byte == 0x09
        let isToken = ByteClass.token.contains(byte)
        switch (phase, byte) {
        case (.beforeSemicolon, _) where isBlank, (.beforeName, _) where isBlank, (.afterName, _) where isBlank,
            (.beforeValue, _) where isBlank:
            break
        case (.beforeName, _) where isToken, (.name, _) where isToken: phase = .name
        case (.beforeValue, _) where isToken, (.value, _) where isToken: phase = .value
        case (.name, _) where isBlank: phase = .afterName
        case (.value, _) where isBlank, (.afterQuoted, _) where isBlank: phase = .beforeSemicolon
        case (.name, 0x3D), (.afterName, 0x3D): phase = .beforeValue
        case (.beforeValue, 0x22): phase = .quoted
        case (.quoted, 0x22): phase = .afterQuoted
        case (.quoted, 0x5C): phase = .escaped
        case (.quoted, _) where isText(byte), (.escaped, _) where isText(byte): phase = .quoted
        case (.beforeSemicolon, 0x3B), (.name, 0x3B), (.afterName, 0x3B), (.value, 0x3B), (.afterQuoted, 0x3B):
            phase = .beforeName
        case (.name, 0x0D), (.value, 0x0D), (.afterQuoted, 0x0D): phase = .sizeLineFeed
        case (_, 0x0A): throw .lineEnd
        default: throw .chunkExtension
        }
    }

    private func isText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }
}
