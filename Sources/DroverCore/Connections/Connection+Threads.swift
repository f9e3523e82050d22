package import DroverSystem

// For worker classes that run a connection's task on another thread than the loop's: while it runs, nobody else touches
// what is the task's, and what the poller reports is kept until the task waits or ends.

extension Connection {
    /// Whether a thread serves it, or its task waits for something else than its socket.
    package var isBusy: Bool {
        switch carrier {
        case .loop: false
        case .thread: true
        case .task, .leavingTask: inputWaiter == nil && outputWaiter == nil
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

    /// The socket's number, for the poller.
    package var descriptor: Int32 { session.descriptor }

    /// Lets its task look for input without having been told that there is some.
    package func expectInput() {
        mayHaveInput = true
    }

    /// Keeps what the poller has reported; it reports a change once.
    package func hold(_ events: PollEvents) {
        held = held?.adding(events) ?? events
    }

    /// Hands on what was kept, for a task that wants to wait for `interest`.
    ///
    /// - Returns: Whether it need not wait.
    package func takeHeld(for interest: Interest) -> Bool {
        guard let events = held else { return false }
        takeHeld()
        return switch interest {
        case .input: events.concernsInput
        case .output: events.concernsOutput
        }
    }

    /// Hands on what was kept.
    package func takeHeld() {
        guard let events = held else { return }
        held = nil
        note(events)
    }

    /// Lets connections that wait for a thread go first, if there are any, and then goes on.
    ///
    /// To be called between two messages by protocols that find several in one piece of input; where a message has to be
    /// waited for, the others get their turn anyway. What was written is sent before.
    ///
    /// - Throws: `ConnectionError` when the peer takes nothing for too long or is gone.
    public func giveWay() async throws(ConnectionError) {
        guard host.othersWait else { return }
        try await flush()
        _ = await withUnsafeContinuation { host.postpone(self, $0) }
    }

    /// Whether other connections wait for the thread that serves this one.
    public var othersWait: Bool { host.othersWait }
}
