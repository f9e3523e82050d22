/// Bytes that come in at the end and leave at the front, in one piece of memory that is lent by a pool.
///
/// Empty and released it holds nothing. It grows past one block only when one message needs it to.
struct ByteQueue: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private var capacity: Int32 = 0
    private var start: Int32 = 0
    private var end: Int32 = 0

    /// How many bytes wait.
    var count: Int { Int(end &- start) }
    var isEmpty: Bool { start == end }

    /// The bytes that wait.
    var bytes: UnsafeRawBufferPointer {
        guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: base + Int(start), count: count)
    }

    /// The free space at the end.
    var space: UnsafeMutableRawBufferPointer {
        guard let base else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(start: base + Int(end), count: Int(capacity &- end))
    }

    /// Makes room for at least `wanted` more bytes, by lending, by moving to the front, or by growing.
    mutating func reserve(_ wanted: Int, from pool: BufferPool) {
        guard let base else {
            let size = max(wanted, BufferPool.blockSize)
            self.base = size == BufferPool.blockSize ? pool.take() : .allocate(byteCount: size, alignment: 64)
            capacity = Int32(size)
            start = 0
            end = 0
            return
        }
        if Int(capacity &- end) >= wanted { return }
        if Int(capacity) - count >= wanted {
            base.copyMemory(from: base + Int(start), byteCount: count)
        } else {
            let size = max(Int(capacity) * 2, count + wanted)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
            larger.copyMemory(from: base + Int(start), byteCount: count)
            dispose(base, to: pool)
            self.base = larger
            capacity = Int32(size)
        }
        end &-= start
        start = 0
    }

    /// Counts `count` bytes that were written into `space`.
    mutating func filled(_ count: Int) {
        end &+= Int32(truncatingIfNeeded: count)
    }

    /// Drops `count` bytes at the front.
    mutating func drop(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "more bytes consumed than there are")
        start &+= Int32(truncatingIfNeeded: count)
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Appends a copy of `bytes`.
    mutating func append(_ bytes: UnsafeRawBufferPointer, from pool: BufferPool) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count, from: pool)
        (base! + Int(end)).copyMemory(from: source, byteCount: bytes.count)
        filled(bytes.count)
    }

    /// Gives the memory back if nothing waits in it.
    mutating func releaseIfEmpty(to pool: BufferPool) {
        guard start == end, let base else { return }
        dispose(base, to: pool)
        self.base = nil
        capacity = 0
    }

    /// Forgets what waits and gives the memory back.
    mutating func clear(to pool: BufferPool) {
        end = start
        releaseIfEmpty(to: pool)
    }

    private func dispose(_ memory: UnsafeMutableRawPointer, to pool: BufferPool) {
        if Int(capacity) == BufferPool.blockSize { pool.giveBack(memory) } else { memory.deallocate() }
    }
}
