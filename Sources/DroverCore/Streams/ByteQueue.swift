/// Bytes that come in at the end and leave at the front, in one piece of memory that is lent by a pool.
///
/// Empty and released it holds nothing. It grows past one block only when one message needs it to.
struct ByteQueue: ~Copyable {
    /// Bytes that fit into a queue at most.
    static let largest = Int(Int32.max)

    private var base: UnsafeMutableRawPointer?
    private var capacity: Int32 = 0
    private var start: Int32 = 0
    private var end: Int32 = 0

    /// How many bytes wait.
    var count: Int { Int(end &- start) }
    var isEmpty: Bool { start == end }
    /// How many bytes its memory has room for behind those that wait.
    var freeCount: Int { Int(capacity &- end) }

    /// The bytes that wait.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        @inline(__always)
        borrowing get {
            let memory = UnsafeRawBufferPointer(start: base.map { $0 + Int(start) }, count: count)
            return _overrideLifetime(RawSpan(_unsafeBytes: memory), borrowing: self)
        }
    }

    /// Lets `body` append to the free space at the end, up to `limit` bytes.
    @inline(__always)
    mutating func append<R>(upTo limit: Int = .max, _ body: (inout OutputRawSpan) -> R) -> R {
        let memory = UnsafeMutableRawBufferPointer(start: base.map { $0 + Int(end) }, count: min(freeCount, limit))
        var space = OutputRawSpan(buffer: memory, initializedCount: 0)
        let result = body(&space)
        end &+= Int32(truncatingIfNeeded: space.finalize(for: memory))
        return result
    }

    /// Lets `body` write into the free space, which stays free.
    mutating func withScratch<R>(upTo limit: Int = .max, _ body: (inout OutputRawSpan) -> R) -> R {
        let last = end
        defer { end = last }
        return append(upTo: limit, body)
    }

    /// Makes room for at least `wanted` more bytes, by lending, by moving to the front, or by growing.
    mutating func reserve(_ wanted: Int, from pool: BufferPool) {
        guard let base else { return begin(wanted, pool) }
        if freeCount >= wanted { return }
        precondition(wanted <= Self.largest - count, "more than 2 GiB in one piece")
        if Int(capacity) - count >= wanted {
            base.copyMemory(from: base + Int(start), byteCount: count)
        } else {
            let size = min(max(Int(capacity) * 2, count + wanted), Self.largest)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
            larger.copyMemory(from: base + Int(start), byteCount: count)
            dispose(base, to: pool)
            self.base = larger
            capacity = Int32(size)
        }
        end &-= start
        start = 0
    }

    private mutating func begin(_ wanted: Int, _ pool: BufferPool) {
        precondition(wanted <= Self.largest, "more than 2 GiB in one piece")
        let size = max(wanted, BufferPool.blockSize)
        base = size == BufferPool.blockSize ? pool.take() : .allocate(byteCount: size, alignment: 64)
        capacity = Int32(size)
        start = 0
        end = 0
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

    /// Gives the memory back if nothing waits in it.
    mutating func releaseIfEmpty(to pool: BufferPool) {
        guard start == end, let base else { return }
        dispose(base, to: pool)
        self.base = nil
        capacity = 0
        start = 0
        end = 0
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
