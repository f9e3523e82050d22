import DroverHTTPMessages

/// What a Range field asks for, RFC 9110 section 14.2.
enum ByteRanges: Equatable, Sendable {
    /// Nothing that is understood or served: the whole file is the answer.
    case ignored
    /// Nothing that the file has.
    case unsatisfiable
    /// These parts, in the order they were asked for; none of them touches another.
    case parts([Range<Int>])

    /// Reads `field` as ranges of a file of `size` bytes.
    ///
    /// More than `most` ranges are ignored. Those that touch or overlap become one, so that all of them together are
    /// never longer than the file.
    init(_ field: String, size: Int, most: Int) {
        let bytes = Array(field.utf8)
        guard let equals = bytes.firstIndex(of: 0x3D),
            FoldedBytes.equal(String(decoding: bytes[..<equals], as: UTF8.self), "bytes")
        else {
            self = .ignored
            return
        }
        var parts: [Range<Int>] = []
        var count = 0
        for piece in bytes[(equals + 1)...].split(separator: 0x2C, omittingEmptySubsequences: true) {
            let text = Self.trimmed(piece)
            if text.isEmpty { continue }
            count += 1
            guard count <= most, let wanted = Self.range(text, size: size) else {
                self = .ignored
                return
            }
            if !wanted.isEmpty { Self.add(wanted, to: &parts) }
        }
        self = count == 0 ? .ignored : parts.isEmpty ? Self.empty(size) : .parts(parts)
    }

    // The end of an empty file can be asked for and cannot be named, so it is sent whole.
    private static func empty(_ size: Int) -> ByteRanges { size == 0 ? .ignored : .unsatisfiable }

    /// One range as far as the file has it, empty if it has nothing of it; nil for what is no range.
    private static func range(_ text: ArraySlice<UInt8>, size: Int) -> Range<Int>? {
        guard let dash = text.firstIndex(of: 0x2D) else { return nil }
        let first = text[..<dash]
        let last = text[(dash + 1)...]
        if first.isEmpty {
            guard let count = number(last) else { return nil }
            return max(0, size - count)..<size
        }
        guard let start = number(first) else { return nil }
        if last.isEmpty { return min(start, size)..<size }
        guard let end = number(last), end >= start else { return nil }
        return min(start, size)..<(end >= size ? size : end + 1)
    }

    /// Digits as a number; one that no file reaches stands for all such.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard digit &- 0x30 < 10 else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = tens.addingReportingOverflow(Int(digit - 0x30))
            value = isTooLarge || isTooLargeNow ? .max : sum
        }
        return value
    }

    private static func add(_ wanted: Range<Int>, to parts: inout [Range<Int>]) {
        var merged = wanted
        var place = parts.count
        // A part that has grown may touch others that it did not touch before.
        while let other = parts.firstIndex(where: {
            $0.lowerBound <= merged.upperBound && merged.lowerBound <= $0.upperBound
        }) {
            merged =
                min(merged.lowerBound, parts[other].lowerBound)..<max(merged.upperBound, parts[other].upperBound)
            place = min(place, other)
            parts.remove(at: other)
        }
        parts.insert(merged, at: min(place, parts.count))
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
