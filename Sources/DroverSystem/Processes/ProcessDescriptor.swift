import CDrover

/// A process as a descriptor that becomes readable at its end, pidfd_open(2).
///
/// It works for any process, a child or not, and never comes to mean another one that got the same id.
package struct ProcessDescriptor: ~Copyable, Sendable {
    /// The process.
    package let pid: Int32
    /// What to poll.
    package let descriptor: Descriptor

    /// Watches `pid`; nil when there is no such process, or the kernel is older than 5.3 (`processExists` tells which).
    package init?(_ pid: Int32) {
        guard pid > 0 else { return nil }
        let raw = c_drover_open_process(pid)
        guard raw >= 0 else { return nil }
        self.pid = pid
        descriptor = Descriptor(owning: raw)
    }

    /// Whether it has ended; a child that is not reaped yet has.
    package var hasEnded: Bool { waitUntilReadable(descriptor.raw, milliseconds: 0) }
}
