import CDrover

/// The mutex in our locks, at a place in memory that its owner keeps: pthread_mutex_init(3), of the default kind.
@usableFromInline
struct PlainMutex {
    let place: UnsafeMutablePointer<pthread_mutex_t>

    /// How many bytes it takes.
    static var byteCount: Int { MemoryLayout<pthread_mutex_t>.size }

    /// Makes one in `memory`.
    init(in memory: UnsafeMutableRawPointer) {
        place = memory.bindMemory(to: pthread_mutex_t.self, capacity: 1)
        let result = pthread_mutex_init(place, nil)
        precondition(result == 0, "pthread_mutex_init failed")
    }

    /// Ends it; the memory is the owner's again.
    func end() {
        pthread_mutex_destroy(place)
    }

    @usableFromInline func acquire() {
        pthread_mutex_lock(place)
    }

    @usableFromInline func release() {
        pthread_mutex_unlock(place)
    }
}
