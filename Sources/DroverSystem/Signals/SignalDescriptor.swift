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

    /// The next signal, or nil when none waits.
    package func next() -> ReceivedSignal? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard CDrover.read(descriptor.raw, &information, size) == size else { return nil }
        return ReceivedSignal(
            signal: Signal(rawValue: Int32(information.ssi_signo)), sender: Int32(bitPattern: information.ssi_pid),
            isFromKernel: information.ssi_code == c_drover_kernel_signal_code())
    }
}

/// A signal and where it came from, signalfd(2).
package struct ReceivedSignal: Equatable, Sendable {
    /// The signal.
    package let signal: Signal
    /// The process that sent it; 0 for the kernel, and for a process that this one cannot see, outside of its container.
    package let sender: Int32
    /// Whether the kernel sent it by itself, SI_KERNEL: on behalf of a terminal, for one.
    package let isFromKernel: Bool
}
