import CDrover

/// Reads blocked signals like input, signalfd(2), so that no handler ever runs in the middle of something.
package struct SignalDescriptor: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// Reads `signals`, which the caller has blocked.
    package init(_ signals: SignalSet) throws(SystemError) {
        var set = signals.raw
        descriptor = Descriptor(
            owning: try systemCall("signalfd") {
                signalfd(-1, &set, CInt(SFD_NONBLOCK) | CInt(SFD_CLOEXEC))
            })
    }

    /// The next signal and its sender's process id, or nil when none waits.
    package func next() -> (signal: Signal, sender: Int32)? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard CDrover.read(descriptor.raw, &information, size) == size else { return nil }
        return (Signal(rawValue: Int32(information.ssi_signo)), Int32(bitPattern: information.ssi_pid))
    }
}
