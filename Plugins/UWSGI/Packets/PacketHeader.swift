/// The four bytes that a uwsgi packet begins with, as uWSGI's documentation of the protocol has them.
public struct PacketHeader: Sendable, Equatable {
    /// How many bytes it has.
    public static let byteCount = 4

    /// What the packet is; 0 is a request described by variables.
    public let modifier1: UInt8
    /// How many bytes of variables follow, in little-endian order.
    public let size: Int
    /// More about what it is; means nothing for a request.
    public let modifier2: UInt8

    /// The header that `bytes` begin with; nil if they are too few.
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= Self.byteCount else { return nil }
        modifier1 = bytes.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self)
        size = Int(UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 1, as: UInt16.self)))
        modifier2 = bytes.unsafeLoad(fromUncheckedByteOffset: 3, as: UInt8.self)
    }
}
