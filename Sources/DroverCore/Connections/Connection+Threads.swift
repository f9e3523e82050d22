// For worker classes that serve a connection on another thread than the loop's: while it is served, nothing else touches what
// is the connection's, and what the poller reports is kept until the task waits or the step ends.

extension Connection {
    /// Whether a thread serves it, or its task waits for something else than its socket.
    package var isBusy: Bool {
        switch carrier {
        case .loop: false
        case .thread: true
        case .task, .leavingTask: !isAwaited
        }
    }

    /// Notes that a thread is about to serve it, because something has come or its deadline `isDue`.
    package func beginStep(isDue: Bool) {
        carrier = .thread
        givesWay = false
        self.isDue = isDue
        if !isDue { waitDue = .max }
    }

    /// Serves it on the calling thread, as far as that needs no task.
    package func advanceStep() -> Standing {
        guard isDue else { return advance() }
        isDue = false
        return advanceAtDeadline()
    }

    /// Hands on what the poller has reported meanwhile.
    package func endStep() {
        carrier = .loop
        takeHeld()
    }
}
