/// What may stand in Transfer-Encoding: `chunked`, once, alone; RFC 9112 section 6.1.
enum TransferCodings {
    /// Refuses any other value: 400 for one whose end cannot be found, 501 for a coding that is not decoded here.
    static func check(_ value: RawSpan) throws(HeadRejection) {
        if FoldedBytes.equal(value, "chunked") { return }
        var start = 0
        var isChunked = false
        var hasUnknown = false
        for offset in 0...value.byteCount {
            guard offset == value.byteCount || value.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == 0x2C else {
                continue
            }
            let coding = FoldedBytes.trimmed(value.extracting(start..<offset))
            start = offset + 1
            // Nothing may follow chunked, itself included.
            if coding.isEmpty || isChunked { throw .transferEncoding }
            if FoldedBytes.equal(coding, "chunked") {
                isChunked = true
            } else {
                hasUnknown = hasUnknown || !isKnown(coding)
            }
        }
        if isChunked || hasUnknown { throw .unknownTransferCoding }
        throw .transferEncoding
    }

    private static func isKnown(_ coding: RawSpan) -> Bool {
        FoldedBytes.equal(coding, "gzip") || FoldedBytes.equal(coding, "x-gzip")
            || FoldedBytes.equal(coding, "deflate") || FoldedBytes.equal(coding, "compress")
            || FoldedBytes.equal(coding, "x-compress") || FoldedBytes.equal(coding, "identity")
    }
}
