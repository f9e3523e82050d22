internal import DroverSystem

/// The time, read once a turn of the loop and good enough for everything but measuring.
package struct LoopClock: Sendable {
    /// Monotonic nanoseconds.
    package private(set) var nanoseconds: Int64
    /// Seconds since 1970.
    package private(set) var wallSeconds: Int64

    package init() {
        nanoseconds = MonotonicClock.nanoseconds()
        wallSeconds = WallClock.seconds()
    }

    /// Monotonic milliseconds.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Reads the clocks again.
    @inline(__always)
    package mutating func refresh() {
        nanoseconds = MonotonicClock.nanoseconds()
        wallSeconds = WallClock.seconds()
    }
}
