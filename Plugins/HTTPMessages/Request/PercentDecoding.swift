/// Percent-encoding as forms and queries use it.
enum PercentDecoding {
    /// The text that `bytes` spell; a `%` that two hexadecimal digits do not follow stands for itself.
    static func formText(_ bytes: ArraySlice<UInt8>) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let pair = rest.prefix(2)
                if pair.count == 2, let high = digit(pair.first), let low = digit(pair.last) {
                    decoded.append(high << 4 | low)
                    rest.removeFirst(2)
                } else {
                    decoded.append(byte)
                }
            default:
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The text that `bytes` spell; nil for a `%` without two hexadecimal digits, bytes that are not UTF-8, and zero.
    static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()), high << 4 | low != 0 else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// The `name=value` pairs that `&` parts, still encoded; a name alone has an empty value.
    static func pairs(_ bytes: ArraySlice<UInt8>) -> [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true).map { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            return (pair[..<equals], pair[equals...].dropFirst())
        }
    }

    private static func digit(_ byte: UInt8?) -> UInt8? {
        guard let byte, ByteClass.hexDigit.contains(byte) else { return nil }
        return byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x61 + 10
    }
}
