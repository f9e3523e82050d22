/// Bytes of which every loss, repetition and exchange shows, and a number that tells whether they are all there.
public enum VariedBytes {
    /// `count` bytes; others for each `seed`.
    public static func make(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
            for index in 0..<count {
                // Marsaglia's xorshift.
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                buffer[index] = UInt8(truncatingIfNeeded: state >> 32)
            }
            made = count
        }
    }

    /// FNV-1a over all of `pieces`, as the laboratory's `/message/mark` says it.
    public static func mark(_ pieces: [UInt8]...) -> String {
        var mark: UInt64 = 0xCBF2_9CE4_8422_2325
        for piece in pieces {
            piece.withUnsafeBufferPointer { bytes in
                for byte in bytes { mark = (mark ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            }
        }
        return String(mark, radix: 16)
    }
}
