import CDrover

/// A set of signals, sigsetops(3).
package struct SignalSet: Sendable {
    private(set) var raw = sigset_t()

    /// The set of `signals`.
    package init(_ signals: [Signal]) {
        sigemptyset(&raw)
        for signal in signals { sigaddset(&raw, signal.rawValue) }
    }

    private init(raw: sigset_t) {
        self.raw = raw
    }

    /// Blocks exactly these signals in the calling thread and returns what was blocked before; pthread_sigmask(3).
    @discardableResult
    package func block() -> SignalSet {
        var wanted = raw
        var before = sigset_t()
        pthread_sigmask(SIG_SETMASK, &wanted, &before)
        return SignalSet(raw: before)
    }
}

/// Sends `signal` to the process `pid`: kill(2).
///
/// A process that is gone is fine.
package func send(_ signal: Signal, to pid: Int32) {
    precondition(pid > 0, "kill(2) would address a group or everybody")
    _ = kill(pid, signal.rawValue)
}

/// Sends `signal` to every process of the group `group`; kill(2).
///
/// A group that is gone is fine.
package func send(_ signal: Signal, toGroup group: Int32) {
    precondition(group > 1, "kill(2) would address everybody")
    _ = kill(-group, signal.rawValue)
}

/// Makes the calling process the leader of a new process group; setpgid(2).
package func leadProcessGroup() {
    _ = setpgid(0, 0)
}

/// Whether a process with this id exists, even one that belongs to another user; kill(2) with signal 0.
package func processExists(_ pid: Int32) -> Bool {
    guard pid > 0 else { return false }
    return kill(pid, 0) == 0 || lastErrorNumber == EPERM
}

/// Ignores SIGPIPE: a write to a closed socket is an error value, not a death.
package func ignoreBrokenPipes() {
    c_drover_ignore_signal(SIGPIPE)
}
