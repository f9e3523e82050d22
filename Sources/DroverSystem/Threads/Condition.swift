import CDrover

/// A place to wait until another thread has changed something that a lock guards, pthread_cond_wait(3).
///
/// Unchecked: the pointer, which any thread may give to pthread_cond_wait(3) and pthread_cond_signal(3).
package final class Condition: @unchecked Sendable {
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// A condition that no thread waits for.
    package init() {
        condition = .allocate(capacity: 1)
        let result = pthread_cond_init(condition, nil)
        precondition(result == 0, "pthread_cond_init failed")
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
    }

    /// Gives up `lock`, which the caller holds, and has it again when this returns.
    ///
    /// It may return without reason, so the caller looks whether what it waits for has come.
    package func wait(_ lock: Lock) {
        pthread_cond_wait(condition, lock.mutex.place)
    }

    /// Wakes one thread that waits, if there is one.
    package func signal() {
        pthread_cond_signal(condition)
    }
}
