/// Finds the first byte of some kind in a span, sixteen bytes at a time.
///
/// Sixteen is what every x86-64 compares in one instruction. The last bytes of a span go one by one; behind a head that
/// is complete there are nearly always enough of them to keep that rare.
enum ByteScanning {
    private typealias Block = SIMD16<UInt8>

    /// The offset of the first control character, 0x00-0x1F or 0x7F, at or after `start`, or else the span's end.
    ///
    /// `start` must lie within the span.
    @inline(__always)
    static func firstControl(in bytes: RawSpan, from start: Int) -> Int {
        var offset = start
        let end = bytes.byteCount
        while offset &+ 16 <= end {
            let block = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Block.self)
            let marks = (block .< all(0x20)) .| (block .== all(0x7F))
            if let lane = firstLane(marks) { return offset &+ lane }
            offset &+= 16
        }
        while offset < end {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte < 0x20 || byte == 0x7F { break }
            offset &+= 1
        }
        return offset
    }

    /// The offset of the first control character or space, 0x00-0x20 or 0x7F, which no request target has, or else the
    /// span's end.
    ///
    /// It lies at or after `start`, which must lie within the span.
    @inline(__always)
    static func firstOutsideTarget(in bytes: RawSpan, from start: Int) -> Int {
        var offset = start
        let end = bytes.byteCount
        while offset &+ 16 <= end {
            let block = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Block.self)
            let marks = (block .< all(0x21)) .| (block .== all(0x7F))
            if let lane = firstLane(marks) { return offset &+ lane }
            offset &+= 16
        }
        while offset < end {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte < 0x21 || byte == 0x7F { break }
            offset &+= 1
        }
        return offset
    }

    /// The offset of the first byte that is no letter, digit or `-`, or else the span's end.
    ///
    /// It lies at or after `start`, which must lie within the span.
    @inline(__always)
    static func firstOutsideName(in bytes: RawSpan, from start: Int) -> Int {
        var offset = start
        let end = bytes.byteCount
        while offset &+ 16 <= end {
            let block = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Block.self)
            let letters = ((block | all(0x20)) &- all(0x61)) .< all(26)
            let others = ((block &- all(0x30)) .< all(10)) .| (block .== all(0x2D))
            if let lane = firstLane(.!(letters .| others)) { return offset &+ lane }
            offset &+= 16
        }
        while offset < end {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            let isLetter = (byte | 0x20) &- 0x61 < 26
            guard isLetter || byte &- 0x30 < 10 || byte == 0x2D else { break }
            offset &+= 1
        }
        return offset
    }

    /// The offset of the first byte that is no letter, digit, `-` or `.` at or after `start`; nil if it is not among the
    /// whole blocks of sixteen that are there.
    @inline(__always)
    static func firstOutsideHost(in bytes: RawSpan, from start: Int) -> Int? {
        var offset = start
        while offset &+ 16 <= bytes.byteCount {
            let block = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Block.self)
            let letters = ((block | all(0x20)) &- all(0x61)) .< all(26)
            let digits = (block &- all(0x30)) .< all(10)
            let others = (block .== all(0x2D)) .| (block .== all(0x2E))
            if let lane = firstLane(.!(letters .| digits .| others)) { return offset &+ lane }
            offset &+= 16
        }
        return nil
    }

    /// A block with `byte` in every lane.
    ///
    /// The operators that take a number instead of it are loops over the lanes.
    @inline(__always)
    private static func all(_ byte: UInt8) -> Block {
        Block(repeating: byte)
    }

    /// The first lane that is true; nil if none is.
    @inline(__always)
    private static func firstLane(_ marks: SIMDMask<SIMD16<Int8>>) -> Int? {
        // A true lane is a byte of ones; two words find the first one faster than sixteen questions.
        let words = unsafeBitCast(marks, to: SIMD2<UInt64>.self)
        let low = UInt64(littleEndian: words[0])
        if low != 0 { return low.trailingZeroBitCount &>> 3 }
        let high = UInt64(littleEndian: words[1])
        if high != 0 { return 8 &+ high.trailingZeroBitCount &>> 3 }
        return nil
    }
}
