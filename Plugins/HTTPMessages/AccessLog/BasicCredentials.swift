/// The name in an Authorization field, RFC 7617; the password is not the log's business.
enum BasicCredentials {
    /// The name in `Basic BASE64`, in whatever character set; nil for another scheme, for what is no base 64, and for an
    /// empty name.
    static func user(_ field: String) -> [UInt8]? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, FoldedBytes.equal(String(parts[0]), "basic"), let bytes = decode(parts[1].utf8) else {
            return nil
        }
        guard let colon = bytes.firstIndex(of: 0x3A), colon > 0 else { return nil }
        return Array(bytes[..<colon])
    }

    private static func decode(_ text: Substring.UTF8View) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for letter in text {
            if letter == 0x3D || letter == 0x20 { break }
            guard let value = value(of: letter) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case 0x41...0x5A: letter - 0x41
        case 0x61...0x7A: letter - 0x61 + 26
        case 0x30...0x39: letter - 0x30 + 52
        case 0x2B, 0x2D: 62
        case 0x2F, 0x5F: 63
        default: nil
        }
    }
}
