public import DroverHTTPMessages

/// Reads a packet of variables from bytes that may come in any pieces.
///
/// It is fed the same bytes again with more behind them and goes on where it stopped. It keeps places only; the bytes
/// stay where they are.
public struct PacketDecoder: Sendable {
    /// The header, once it has come.
    public private(set) var header: PacketHeader?
    /// Where the next variable begins, from the packet's first byte.
    private var cursor = PacketHeader.byteCount

    /// A decoder that waits for a packet.
    public init() {}

    /// Reads on in `bytes`, which begin where the packet does.
    ///
    /// - Parameters:
    ///   - bytes: What has come so far, and perhaps more than the packet.
    ///   - limits: How large the packet may be.
    ///   - table: Where the variables go, with places counted from behind the header.
    /// - Returns: Where the variables stand, when all of them are here.
    /// - Throws: `PacketRejection` as soon as the packet cannot become a request.
    public mutating func decode(
        _ bytes: RawSpan, _ limits: PacketLimits, into table: inout FieldTable
    ) throws(PacketRejection) -> Range<Int>? {
        guard let header = try readHeader(bytes, limits) else { return nil }
        let end = PacketHeader.byteCount + header.size
        let available = min(bytes.byteCount, end)
        while cursor < end {
            guard let name = try slice(bytes, at: cursor, available, end) else { return nil }
            if name.isEmpty { throw .emptyName }
            guard let value = try slice(bytes, at: name.upperBound, available, end) else { return nil }
            if table.count == limits.variables { throw .variableCount(limit: limits.variables) }
            table.append(FieldSlice(name: Self.place(name), value: Self.place(value)))
            cursor = value.upperBound
        }
        return PacketHeader.byteCount..<end
    }

    private mutating func readHeader(
        _ bytes: RawSpan, _ limits: PacketLimits
    ) throws(PacketRejection) -> PacketHeader? {
        if let header { return header }
        // What it is shows in the first byte, and who speaks another language may not send four.
        if bytes.byteCount > 0 {
            let modifier = bytes.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self)
            if modifier != 0 { throw .modifier(modifier) }
        }
        guard let header = PacketHeader(bytes) else { return nil }
        if header.size > limits.block { throw .blockSize(header.size, limit: limits.block) }
        self.header = header
        return header
    }

    /// What stands behind the length at `start`; nil if it is not all here yet.
    private func slice(
        _ bytes: RawSpan, at start: Int, _ available: Int, _ end: Int
    ) throws(PacketRejection) -> Range<Int>? {
        if start + 2 > end { throw .overrun }
        guard start + 2 <= available else { return nil }
        let length = UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt16.self))
        let upper = start + 2 + Int(length)
        if upper > end { throw .overrun }
        return upper <= available ? start + 2..<upper : nil
    }

    private static func place(_ range: Range<Int>) -> ByteSlice {
        ByteSlice(from: range.lowerBound - PacketHeader.byteCount, to: range.upperBound - PacketHeader.byteCount)
    }
}
