import CDrover

/// A lock that a forked child can trust: a plain pthread mutex.
///
/// The toolchain's `Synchronization.Mutex` remembers the thread's id from before the fork and kills the child at
/// the first contended lock; see docs/FORK_SAFETY.md.
///
/// Unchecked: the pointer, which any thread may give to pthread_mutex_lock(3).
public final class Lock: @unchecked Sendable {
    let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// An unlocked lock.
    public init() {
        mutex = .allocate(capacity: 1)
        let result = pthread_mutex_init(mutex, nil)
        precondition(result == 0, "pthread_mutex_init failed")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
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
    @usableFromInline package func acquire() {
        pthread_mutex_lock(mutex)
    }

    /// Gives it up again.
    @usableFromInline package func release() {
        pthread_mutex_unlock(mutex)
    }
}
