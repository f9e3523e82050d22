/// A value and the lock that guards it: it is only to be had while no other thread has it.
///
///     private let lines = Locked<[String]>([])
///     func add(_ line: String) { lines.withLock { $0.append(line) } }
///
/// A forked child can trust the lock as it can a ``Lock``; what fork(2) copies is the value as it stood then.
///
/// Unchecked: the pointer. What it leads to is the value's own memory, and `withLock` alone goes there. Whatever leaves it by
/// that way is part of a Sendable value.
public struct Locked<Value: ~Copyable & Sendable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let mutex: PlainMutex
    @usableFromInline let place: UnsafeMutablePointer<Value>

    /// A lock around `value`.
    public init(_ value: consuming Value) {
        // One piece of memory for both.
        let alignment = max(MemoryLayout<Value>.alignment, 16)
        let offset = (PlainMutex.byteCount + alignment - 1) / alignment * alignment
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: offset + MemoryLayout<Value>.size, alignment: alignment)
        mutex = PlainMutex(in: memory)
        place = (memory + offset).bindMemory(to: Value.self, capacity: 1)
        place.initialize(to: value)
    }

    deinit {
        place.deinitialize(count: 1)
        mutex.end()
        UnsafeMutableRawPointer(mutex.place).deallocate()
    }

    /// Runs `body` with the value while no other thread has it.
    ///
    /// Not recursive: a thread that has it already waits for ever.
    @inlinable
    public func withLock<R: ~Copyable, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        mutex.acquire()
        defer { mutex.release() }
        return try body(&place.pointee)
    }
}
