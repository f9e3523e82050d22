import CDrover

/// A part of an open file, to be sent.
public struct FilePart: Sendable {
    /// The number of the open file, which has to stay open meanwhile.
    public let descriptor: Int32
    /// Where the part begins, in bytes from the file's start.
    public let offset: Int64
    /// How many bytes it has.
    public let count: Int

    /// `count` bytes of the open file `descriptor` from `offset` on.
    public init(of descriptor: Int32, offset: Int64, count: Int) {
        self.descriptor = descriptor
        self.offset = offset
        self.count = count
    }

    /// Appends the part's beginning to `space`, as much as there is room for; pread(2).
    ///
    /// It is `.endOfStream` when the file ends before.
    public func read(into space: inout OutputRawSpan) -> TransferResult {
        space.withUnsafeMutableBytes { bytes, filled in
            let place = bytes.baseAddress.map { $0 + filled }
            let room = min(bytes.count - filled, count)
            let result = transfer { pread(descriptor, place, room, off_t(offset)) }
            if case .bytes(let count) = result { filled += count }
            return result
        }
    }

    /// Lets `body` have the part's beginning, up to `limit` bytes, and what reading it came to; pread(2).
    public func withBytes<R>(atMost limit: Int, _ body: (RawSpan, TransferResult) -> R) -> R {
        withUnsafeTemporaryAllocation(byteCount: min(count, limit), alignment: 64) { memory in
            var space = OutputRawSpan(buffer: memory, initializedCount: 0)
            let result = read(into: &space)
            let filled = space.finalize(for: memory)
            return body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[..<filled])), result)
        }
    }
}
