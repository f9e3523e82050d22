import Glibc
import Synchronization

/// A `Synchronization.Mutex` that the worker's own thread holds until another thread waits for it, over and over.
///
/// The unlock of a contended lock is where a thread id that dates from before the fork is fatal.
final class Contention: Sendable {
    private static let rounds = 20

    private let lock = Mutex(0)
    private let waiting = Atomic<Bool>(false)

    /// How often anybody got the lock.
    var count: Int { lock.withLock { $0 } }

    /// Contends for the lock; returns when both threads had it in every round.
    func run() {
        for _ in 0..<Self.rounds {
            var thread = pthread_t()
            waiting.store(false, ordering: .sequentiallyConsistent)
            lock.withLock { value in
                pthread_create(&thread, nil, Self.wantLock, Unmanaged.passUnretained(self).toOpaque())
                while !waiting.load(ordering: .sequentiallyConsistent) { sched_yield() }
                // From the flag to the futex are a few instructions; the kernel does not say when it waits.
                usleep(2_000)
                value += 1
            }
            pthread_join(thread, nil)
        }
    }

    private static let wantLock: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
        let contention = Unmanaged<Contention>.fromOpaque(pointer!).takeUnretainedValue()
        contention.waiting.store(true, ordering: .sequentiallyConsistent)
        contention.lock.withLock { $0 += 1 }
        return nil
    }
}
