import DroverBytes

/// Where a text lies, without its quotes.
public struct JSONTextRange: Sendable, Equatable {
    /// The bytes between the quotes.
    public let range: Range<Int>
    /// Whether some of them are escapes, so that the text is another one than they are.
    public let hasEscapes: Bool
}

extension JSONScanner {
    /// Goes past the text whose quote stands here and returns where it lies.
    @discardableResult
    public mutating func skipText(_ bytes: RawSpan) throws(JSONFault) -> JSONTextRange {
        guard try next(bytes) == UInt8(ascii: "\"") else { throw .unexpected(at: offset) }
        offset &+= 1
        let start = offset
        var hasEscapes = false
        while true {
            skipPlainCharacters(bytes)
            let byte = try next(bytes)
            switch byte {
            case UInt8(ascii: "\""):
                offset &+= 1
                return JSONTextRange(range: start..<(offset &- 1), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape(bytes)
            case ..<0x20: throw .unexpected(at: offset)
            default: try skipCharacter(byte, bytes)
            }
        }
    }

    /// Goes past the characters of one byte that mean themselves, which are most.
    @inline(__always)
    private mutating func skipPlainCharacters(_ bytes: RawSpan) {
        var place = offset
        while place < bytes.byteCount {
            let byte = bytes.byte(place)
            guard byte &- 0x20 < 0x60, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            place &+= 1
        }
        offset = place
    }

    private mutating func skipEscape(_ bytes: RawSpan) throws(JSONFault) {
        let start = offset
        offset &+= 1
        switch try next(bytes) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset &+= 1
        case UInt8(ascii: "u"):
            offset &+= 1
            let unit = try skipFourDigits(bytes)
            guard 0xD800...0xDFFF ~= unit else { return }
            // Half of a pair is no character, and decoders do not agree on what it is instead.
            guard unit < 0xDC00, offset &+ 1 < bytes.byteCount, bytes.byte(offset) == UInt8(ascii: "\\"),
                bytes.byte(offset &+ 1) == UInt8(ascii: "u")
            else { throw .notText(at: start) }
            offset &+= 2
            guard 0xDC00...0xDFFF ~= (try skipFourDigits(bytes)) else { throw .notText(at: start) }
        default: throw .unexpected(at: offset)
        }
    }

    private mutating func skipFourDigits(_ bytes: RawSpan) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = try next(bytes)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- 0x30
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                digit = (byte | 0x20) &- 0x61 &+ 10
            default: throw .unexpected(at: offset)
            }
            value = value << 4 | UInt32(digit)
            offset &+= 1
        }
        return value
    }

    /// Goes past one character of two to four bytes, in its shortest form and no surrogate, Unicode table 3-7.
    private mutating func skipCharacter(_ first: UInt8, _ bytes: RawSpan) throws(JSONFault) {
        let length: Int
        let second: ClosedRange<UInt8>
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw .notText(at: offset)
        }
        guard offset &+ length <= bytes.byteCount, second ~= bytes.byte(offset &+ 1) else {
            throw .notText(at: offset)
        }
        for index in 2..<max(length, 2) where bytes.byte(offset &+ index) & 0xC0 != 0x80 {
            throw .notText(at: offset)
        }
        offset &+= length
    }
}
