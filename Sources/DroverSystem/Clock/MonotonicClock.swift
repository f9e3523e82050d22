import CDrover

/// The clock that only goes forward, for deadlines and durations: CLOCK_MONOTONIC, clock_gettime(2).
///
/// It stands still while the machine sleeps, and cannot be set. The vDSO answers it without a system call, in some
/// twenty nanoseconds; code that a connection's task runs has `Connection.monotonicClock`, which is read once a turn.
public enum MonotonicClock {
    /// Nanoseconds since a fixed moment, which is the same in every process of the machine.
    @inline(__always)
    public static func nanoseconds() -> Int64 {
        var time = timespec()
        _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Milliseconds since the same moment, rounded down.
    public static func milliseconds() -> Int64 {
        nanoseconds() / 1_000_000
    }
}
