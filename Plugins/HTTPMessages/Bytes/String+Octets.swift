import DroverBytes

extension String {
    /// The text of a field's value: UTF-8, or where the octets are none ISO 8859-1, a character an octet.
    ///
    /// RFC 9110 section 5.5 calls what is not ASCII opaque and names the latter for what old senders mean; nothing is lost.
    init(octets: RawSpan) {
        if let text = String(validating: octets) {
            self = text
        } else {
            // The first 256 characters of Unicode are those of ISO 8859-1.
            self.init(decoding: [UInt8](copying: octets).map { UInt16($0) }, as: UTF16.self)
        }
    }

    /// A part of a target as a URL has it: bytes above 0x7F, which some clients send as they are, in percent-escapes.
    init(target bytes: RawSpan) {
        let isURL = bytes.byteOffsets.allSatisfy {
            bytes.unsafeLoad(fromUncheckedByteOffset: $0, as: UInt8.self) < 0x80
        }
        if isURL {
            self.init(decoding: bytes)
        } else {
            var escaped: [UInt8] = []
            escaped.reserveCapacity(bytes.byteCount * 3)
            for offset in bytes.byteOffsets {
                let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
                if byte < 0x80 { escaped.append(byte) } else { escaped.append(percentEscapeOf: byte) }
            }
            self.init(decoding: escaped, as: UTF8.self)
        }
    }
}

extension Array where Element == UInt8 {
    /// Appends `%` and the two digits of `byte`.
    mutating func append(percentEscapeOf byte: UInt8) {
        append(0x25)
        for digit in [byte >> 4, byte & 0xF] { append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
    }
}
