import CDrover

/// A timer that becomes readable when its moment has come, timerfd_create(2).
package struct TimerDescriptor: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// A timer that is not set.
    package init() throws(SystemError) {
        descriptor = Descriptor(
            owning: try systemCall("timerfd_create") {
                timerfd_create(CLOCK_MONOTONIC, CInt(TFD_NONBLOCK) | CInt(TFD_CLOEXEC))
            })
    }

    /// Sets it to `milliseconds` on the monotonic clock, or stops it with nil.
    package func set(to milliseconds: Int64?) throws(SystemError) {
        var time = itimerspec()
        if let milliseconds {
            // Zero would stop the timer; one nanosecond after boot is as good as now.
            let moment = max(milliseconds, 1)
            time.it_value.tv_sec = Int(moment / 1000)
            time.it_value.tv_nsec = Int(moment % 1000) * 1_000_000
        }
        let raw = descriptor.raw
        try systemCall("timerfd_settime") { timerfd_settime(raw, CInt(TFD_TIMER_ABSTIME), &time, nil) }
    }

    /// Forgets that it has fired.
    package func reset() {
        var count: UInt64 = 0
        _ = CDrover.read(descriptor.raw, &count, 8)
    }
}
