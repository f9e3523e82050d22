import CDrover

/// A counter that wakes a poller, eventfd(2); several processes may share it over fork(2).
package struct WakeDescriptor: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// A counter at zero, non-blocking and close-on-exec.
    package init() throws(SystemError) {
        descriptor = Descriptor(
            owning: try systemCall("eventfd") { eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC)) })
    }

    /// Wakes the loop that polls it.
    package func wake() {
        Self.wake(descriptor.raw)
    }

    /// Wakes the loop that polls the counter `raw`, which this process has inherited.
    package static func wake(_ raw: Int32) {
        // Only EAGAIN is possible, at 2^64-2 unread wakes: the poller is awake already.
        _ = eventfd_write(raw, 1)
    }

    /// Forgets the wakes so far.
    package func reset() {
        var count: eventfd_t = 0
        _ = eventfd_read(descriptor.raw, &count)
    }
}
