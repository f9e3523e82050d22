import CDrover

/// The clock that only goes forward, CLOCK_MONOTONIC; the vDSO answers it without a system call.
package enum MonotonicClock {
    /// Nanoseconds since some fixed moment, the same in every process of the machine.
    @inline(__always)
    package static func nanoseconds() -> Int64 {
        var time = timespec()
        _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Milliseconds since the same moment.
    package static func milliseconds() -> Int64 {
        nanoseconds() / 1_000_000
    }
}
