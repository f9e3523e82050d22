extension Request {
    /// The value of the first query parameter called `name`, decoded; nil if there is none.
    ///
    /// Parameters are `name=value` joined by `&`; `+` stands for a space, `%XX` for a byte.
    public func queryValue(_ name: String) -> String? {
        guard let range = targetParts.query else { return nil }
        let query = storage.bytes[range]
        for pair in query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard PercentDecoding.formText(pair[..<equals]) == name else { continue }
            return PercentDecoding.formText(pair[equals...].dropFirst())
        }
        return nil
    }

    /// Where the parts of the target stand in the head.
    var targetParts: (authority: Range<Int>?, path: Range<Int>, query: Range<Int>?) {
        let target = storage.head.target.range
        let bytes = storage.bytes
        func first(_ byte: UInt8, from start: Int) -> Int {
            var offset = start
            while offset < target.upperBound, bytes[offset] != byte { offset += 1 }
            return offset
        }
        var authority: Range<Int>?
        var pathStart = target.lowerBound
        switch storage.head.form {
        case .origin, .asterisk:
            break
        case .authority:
            return (target, target.upperBound..<target.upperBound, nil)
        case .absolute:
            // The parser has seen "://".
            let start = first(UInt8(ascii: "/"), from: pathStart) + 2
            let slash = first(UInt8(ascii: "/"), from: start)
            pathStart = min(slash, first(UInt8(ascii: "?"), from: start))
            authority = start..<pathStart
        }
        let mark = first(UInt8(ascii: "?"), from: pathStart)
        let query = mark < target.upperBound ? mark + 1..<target.upperBound : nil
        return (authority, pathStart..<mark, query)
    }
}

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

    private static func digit(_ byte: UInt8?) -> UInt8? {
        guard let byte, ByteClass.hexDigit.contains(byte) else { return nil }
        return byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x61 + 10
    }
}
