extension HeadParser {
    // Longer than every name in IANA's register; gunicorn draws the line here as well.
    static var longestMethod: Int { 20 }

    /// Reads up to the space after the method.
    mutating func parseMethod(
        _ bytes: RawSpan, _ limits: HeadLimits, _ head: inout RequestHead
    ) throws(HeadRejection) -> Bool {
        let start = Int(line)
        let end = bytes.byteCount
        if Int(cursor) == start, start + 4 <= end {
            let word = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self)
            // "GET ", which most requests begin with.
            if UInt32(littleEndian: word) == 0x2054_4547 {
                head.methodCode = .get
                return endMethod(at: start + 3, &head)
            }
        }
        var offset = Int(cursor)
        // No further, or an error behind a name that is too long would count only when it came together with it.
        let stop = min(end, start + Self.longestMethod + 1)
        while offset < stop {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte == 0x20 { break }
            // Lower case is a token too, and a sign of a client that is none.
            let isLower = byte &- 0x61 < 26
            guard ByteClass.token.contains(byte), !isLower, byte != 0x23 else {
                throw byte == 0x0D || byte == 0x0A ? .requestLine : .method
            }
            offset += 1
        }
        if offset - start > Self.longestMethod { throw .unknownMethod }
        cursor = UInt32(truncatingIfNeeded: offset)
        guard offset < end else { return false }
        guard offset - start >= 3 else { throw offset == start ? .requestLine : .method }
        head.methodCode = MethodCode(bytes.extracting(start..<offset))
        return endMethod(at: offset, &head)
    }

    private mutating func endMethod(at offset: Int, _ head: inout RequestHead) -> Bool {
        head.method = ByteSlice(from: Int(line), to: offset)
        cursor = UInt32(truncatingIfNeeded: offset + 1)
        mark = cursor
        phase = .target
        return true
    }

    /// Reads up to the space after the target.
    mutating func parseTarget(
        _ bytes: RawSpan, _ limits: HeadLimits, _ head: inout RequestHead
    ) throws(HeadRejection) -> Bool {
        let offset = ByteScanning.firstOutsideTarget(in: bytes, from: Int(cursor))
        if offset - Int(line) > limits.requestLine { throw .requestLineSize }
        cursor = UInt32(truncatingIfNeeded: offset)
        guard offset < bytes.byteCount else { return false }
        switch bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) {
        case 0x20: break
        case 0x0A, 0x0D: throw .requestLine
        default: throw .target
        }
        guard offset > Int(mark) else { throw .requestLine }
        head.target = ByteSlice(from: Int(mark), to: offset)
        cursor += 1
        mark = cursor
        phase = .version
        return true
    }

    /// Reads the version and the end of the line, and judges the target when the version is one of ours.
    mutating func parseVersion(
        _ bytes: RawSpan, _ limits: HeadLimits, _ head: inout RequestHead
    ) throws(HeadRejection) -> Bool {
        let start = Int(mark)
        let available = bytes.byteCount - start
        if available < 10 {
            // Too few to judge as a whole, and yet what is there may be wrong already.
            try checkPartialVersion(bytes.extracting(start..<bytes.byteCount))
            return false
        }
        let word = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
        switch UInt64(littleEndian: word) {
        case 0x312E_312F_5054_5448: head.version = .http11
        case 0x302E_312F_5054_5448: head.version = .http10
        case 0x302E_322F_5054_5448 where isPreface(bytes): throw .preface
        default:
            try checkPartialVersion(bytes.extracting(start..<start + 9))
            throw .unsupportedVersion
        }
        switch bytes.unsafeLoad(fromUncheckedByteOffset: start + 8, as: UInt8.self) {
        case 0x0D:
            guard bytes.unsafeLoad(fromUncheckedByteOffset: start + 9, as: UInt8.self) == 0x0A else {
                throw .bareCarriageReturn
            }
        case 0x0A: throw .bareLineFeed
        default: throw .version
        }
        if start + 8 - Int(line) > limits.requestLine { throw .requestLineSize }
        try TargetRules.check(&head, bytes)
        cursor = UInt32(truncatingIfNeeded: start + 10)
        line = cursor
        phase = .fieldLine
        return true
    }

    /// Whether the line is the one that every HTTP/2 connection begins with, RFC 9113 section 3.4: `PRI * HTTP/2.0`.
    private func isPreface(_ bytes: RawSpan) -> Bool {
        let line = bytes.extracting(Int(line)..<Int(mark) + 10)
        return FoldedBytes.equal(line, "PRI * HTTP/2.0\r\n")
    }

    /// Refuses the first bytes of a version that cannot become one, so that a peer that is mistaken need not wait.
    ///
    /// The first wrong byte decides, so that it does not matter how many came at once.
    private func checkPartialVersion(_ bytes: RawSpan) throws(HeadRejection) {
        for offset in bytes.byteOffsets {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            let isRight =
                switch offset {
                // "HTTP/", the first letter in the lowest place.
                case 0..<5: byte == UInt8(truncatingIfNeeded: 0x2F_5054_5448 >> (8 * offset))
                case 6: byte == 0x2E
                case 8: byte == 0x0D
                default: byte &- 0x30 < 10
                }
            guard isRight else { throw byte == 0x0A ? .bareLineFeed : .version }
        }
    }
}
