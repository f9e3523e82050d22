/// The checksum CRC-32C by Castagnoli's polynomial, RFC 9260 appendix A.
enum CRC32C {
    private static let polynomial: UInt32 = 0x82F6_3B78

    /// The checksum of `bytes`, with zeros in the place of those in `hole`.
    ///
    /// Bit by bit: it is for a few hundred bytes, once a connection.
    static func value(of bytes: RawSpan, zeroing hole: Range<Int> = 0..<0) -> UInt32 {
        var remainder = UInt32.max
        for offset in bytes.byteOffsets {
            if !hole.contains(offset) {
                remainder ^= UInt32(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            }
            for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? polynomial : 0) }
        }
        return ~remainder
    }
}
