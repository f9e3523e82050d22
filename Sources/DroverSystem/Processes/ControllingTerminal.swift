import CDrover

/// The terminal that a process was started at, if any; credentials(7), tty(4).
package struct ControllingTerminal: Sendable {
    /// Whether the process is to outlive it: SIGHUP was ignored from the start, as nohup(1) arranges.
    package let isToBeOutlived: Bool
    private let wasThere: Bool

    /// The calling process's; to be asked at its start.
    package init() {
        isToBeOutlived = c_drover_ignores_signal(SIGHUP)
        wasThere = Self.isThere
    }

    /// Whether a SIGHUP means that the terminal has gone; otherwise it is the command of a process.
    ///
    /// The kernel sends it to the session's leader, to the processes in the foreground when that ends, and to those that
    /// are left stopped. A shell that gets it passes it on to its jobs before it ends; a command at a shell's prompt comes
    /// from the same process, but then the terminal is there.
    package func hasGone(by received: ReceivedSignal) -> Bool {
        if received.isFromKernel { return true }
        return wasThere && received.sender == getsid(0) && !Self.isThere
    }

    private static var isThere: Bool {
        let raw = c_drover_open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC, 0)
        guard raw >= 0 else { return false }
        Descriptor(owning: raw).close()
        return true
    }
}
