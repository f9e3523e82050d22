internal import DroverSystem

/// The blocks that bytes pass through, lent for as long as there is something in them.
///
/// They belong to the loop, not to the connection: an idle connection holds none, and a busy loop passes the same warm
/// block from one to the next. One thread uses a pool, unless it is made to be shared.
package final class BufferPool: @unchecked Sendable {
    /// Bytes in a block.
    ///
    /// Only the pages that were ever written cost memory.
    package static let blockSize = 65_536
    // A burst of slow clients must not leave its blocks behind for ever.
    private static let keep = 64

    private let lock: Lock?
    @exclusivity(unchecked) private var free: [UnsafeMutableRawPointer] = []

    package init(isShared: Bool = false) {
        lock = isShared ? Lock() : nil
        free.reserveCapacity(Self.keep)
    }

    /// Lends a block of `blockSize` bytes.
    func take() -> UnsafeMutableRawPointer {
        lock?.acquire()
        defer { lock?.release() }
        if let block = free.popLast() { return block }
        return .allocate(byteCount: Self.blockSize, alignment: 64)
    }

    /// Takes a block back.
    func giveBack(_ block: UnsafeMutableRawPointer) {
        lock?.acquire()
        defer { lock?.release() }
        if free.count < Self.keep { free.append(block) } else { block.deallocate() }
    }

    deinit {
        for block in free { block.deallocate() }
    }
}
