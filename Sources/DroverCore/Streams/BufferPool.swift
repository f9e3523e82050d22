internal import DroverSystem

/// The blocks that bytes pass through, lent for as long as there is something in them.
///
/// They belong to the loop, not to the connection: an idle connection holds none, and a busy loop passes the same warm
/// block from one to the next. One thread uses a pool, unless it is made to be shared.
package final class BufferPool {
    /// Bytes in a block.
    ///
    /// Only the pages that were ever written cost memory.
    package static let blockSize = 65_536
    // A burst of slow clients must not leave its blocks behind for ever.
    private static let keep = 64

    private let lock: Lock?
    // The first of those that are free; each begins with the address of the next, so the list needs no memory of its own.
    private var free: UnsafeMutableRawPointer?
    private var freeCount = 0

    package init(isShared: Bool = false) {
        lock = isShared ? Lock() : nil
    }

    /// Lends a block of `blockSize` bytes.
    func take() -> UnsafeMutableRawPointer {
        lock?.acquire()
        defer { lock?.release() }
        guard let block = free else { return .allocate(byteCount: Self.blockSize, alignment: 64) }
        free = next(after: block)
        freeCount -= 1
        return block
    }

    /// Takes a block back.
    func giveBack(_ block: UnsafeMutableRawPointer) {
        lock?.acquire()
        defer { lock?.release() }
        guard freeCount < Self.keep else { return block.deallocate() }
        block.storeBytes(of: free, as: UnsafeMutableRawPointer?.self)
        free = block
        freeCount += 1
    }

    private func next(after block: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        block.load(as: UnsafeMutableRawPointer?.self)
    }

    deinit {
        while let block = free {
            free = next(after: block)
            block.deallocate()
        }
    }
}
