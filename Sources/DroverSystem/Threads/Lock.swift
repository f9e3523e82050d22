/// A lock that a forked child can trust: a plain pthread mutex.
///
/// The toolchain's `Synchronization.Mutex` remembers the thread's id from before the fork and kills the child at
/// the first contended lock; see docs/FORK_SAFETY.md.
///
/// Unchecked: the pointer, which any thread may give to pthread_mutex_lock(3).
public final class Lock: @unchecked Sendable {
    let mutex: PlainMutex

    /// An unlocked lock.
    public init() {
        mutex = PlainMutex(in: .allocate(byteCount: PlainMutex.byteCount, alignment: 16))
    }

    deinit {
        mutex.end()
        UnsafeMutableRawPointer(mutex.place).deallocate()
    }

    /// Runs `body` while no other thread holds the lock.
    ///
    /// Not recursive: a thread that holds it already waits for ever.
    @inline(__always)
    public func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        acquire()
        defer { release() }
        return try body()
    }

    /// Waits until no other thread holds the lock, for code that a closure cannot hold, or that may have no lock at all.
    @inline(__always)
    @usableFromInline
    package func acquire() {
        mutex.acquire()
    }

    /// Gives it up again.
    @inline(__always)
    @usableFromInline
    package func release() {
        mutex.release()
    }
}
