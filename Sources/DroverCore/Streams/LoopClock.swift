internal import DroverSystem

internal import struct Synchronization.Atomic

/// The time, read once a turn and good enough for everything but measuring.
///
/// Threads of a worker may share it: a thread that refreshes it does so for all. Relaxed atomics are plain loads and stores.
package struct LoopClock: ~Copyable, Sendable {
    private let monotonic: Atomic<Int64>
    private let wall: Atomic<Int64>

    package init() {
        monotonic = Atomic(MonotonicClock.nanoseconds())
        wall = Atomic(WallClock.seconds())
    }

    /// Monotonic nanoseconds.
    package var nanoseconds: Int64 { monotonic.load(ordering: .relaxed) }
    /// Seconds since 1970.
    package var wallSeconds: Int64 { wall.load(ordering: .relaxed) }
    /// Monotonic milliseconds.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Takes the monotonic nanoseconds that have just been read for something else.
    ///
    /// So what begins behind a request has its time from then on, however long the request has kept the thread.
    @inline(__always)
    func advance(to nanoseconds: Int64) {
        monotonic.store(nanoseconds, ordering: .relaxed)
    }

    /// Reads the clocks again.
    @inline(__always)
    package func refresh() {
        monotonic.store(MonotonicClock.nanoseconds(), ordering: .relaxed)
        wall.store(WallClock.seconds(), ordering: .relaxed)
    }
}
