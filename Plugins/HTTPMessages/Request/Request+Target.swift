extension Request {
    /// The value of the first query parameter called `name`, decoded; nil if there is none.
    ///
    /// Parameters are `name=value` joined by `&`; `+` stands for a space, `%XX` for a byte.
    public func queryValue(_ name: String) -> String? {
        guard let range = targetParts.query else { return nil }
        for pair in PercentDecoding.pairs(storage.bytes[range]) where PercentDecoding.formText(pair.name) == name {
            return PercentDecoding.formText(pair.value)
        }
        return nil
    }

    /// All query parameters in the order they came, decoded as by ``queryValue(_:)``.
    public var queryParameters: [(name: String, value: String)] {
        guard let range = targetParts.query else { return [] }
        return PercentDecoding.pairs(storage.bytes[range]).map {
            (PercentDecoding.formText($0.name), PercentDecoding.formText($0.value))
        }
    }

    /// The path with its percent signs decoded; nil if one of them is not followed by two hexadecimal digits, or if what
    /// comes out is not UTF-8 or has a zero byte in it.
    ///
    /// A decoded `/` cannot be told from one that parts the path, and `..` stays; so split ``path`` first where that
    /// matters.
    public var decodedPath: String? {
        let range = targetParts.path
        return range.isEmpty ? "/" : PercentDecoding.text(storage.bytes[range])
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
