/// How a frame is written: the payload's length in 4 bytes, the payload, and the CRC-32C of both in 4 bytes.
///
/// Numbers are big-endian. A frame without payload is the farewell: nothing comes after it.
struct Frame {
    /// Bytes around a payload.
    static let overhead = 8
    /// What each end says first.
    static let hello = Array("FRM1".utf8)
    /// The farewell as it is written.
    static let farewell = Frame(0) { _ in }.bytes

    let bytes: [UInt8]

    /// A frame with `count` bytes of payload, which `append` appends.
    init(_ count: Int, payload append: (inout [UInt8]) -> Void) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + Self.overhead)
        bytes += Self.number(UInt32(count))
        append(&bytes)
        precondition(bytes.count == count + 4, "a payload of another length")
        bytes += Self.number(CRC32C.of(bytes[...]))
        self.bytes = bytes
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// The checksum that iSCSI and ext4 use, RFC 3720 appendix B.4: it finds every error of up to three bits in a frame, and
/// of any other all but one in four thousand million.
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1 }
    }

    /// The checksum of `bytes`.
    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { rest, byte in rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] }
    }
}
