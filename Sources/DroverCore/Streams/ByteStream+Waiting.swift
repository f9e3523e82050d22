package import DroverSystem

// What the loop tells a stream, and how a task of the stream waits.

extension ByteStream {
    /// Hands on what the poller has reported.
    @inline(__always)
    package final func deliver(_ events: PollEvents) {
        note(events)
        // A task that is resumed may run at once, on another thread: only the waiter is touched afterwards.
        guard waiter != nil, awaited.isMet(by: events) else { return }
        interrupt(.ready)
    }

    /// Notes what the poller has reported.
    @inline(__always)
    package final func note(_ events: PollEvents) {
        if events.concernsInput {
            mayHaveInput = true
            if events.concernsEnd { peerEnded = true }
        }
        if events.concernsOutput { mayHaveRoom = true }
    }

    /// Stores a task that waits.
    final func store(_ interest: Interest, until deadline: Int64, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        precondition(waiter == nil, "two tasks use one stream")
        waiter = continuation
        awaited = interest
        waitDue = deadline
    }

    /// Wakes the task that waits, for `reason`.
    package final func interrupt(_ reason: Wakeup) {
        waitDue = .max
        guard let waiting = waiter else { return }
        waiter = nil
        waiting.resume(returning: reason)
    }

    /// Notes what the poller has reported, and takes the task that waits if that is what it waits for.
    final func takeWaiter(by events: PollEvents) -> Woken? {
        note(events)
        return awaited.isMet(by: events) ? takeWaiter(.ready) : nil
    }

    /// Takes the task that waits, to wake it for `reason` where no lock is held that other tasks wait for.
    final func takeWaiter(_ reason: Wakeup) -> Woken? {
        waitDue = .max
        guard let waiting = waiter else { return nil }
        waiter = nil
        return Woken(waiting, for: reason)
    }

    /// Whether a task waits.
    package final var isAwaited: Bool { waiter != nil }

    // MARK: What was reported while the task ran on another thread

    /// Lets the task look for input without having been told that there is some.
    package final func expectInput() {
        mayHaveInput = true
    }

    /// Keeps what the poller has reported; it reports a change once.
    package final func hold(_ events: PollEvents) {
        held = held?.adding(events) ?? events
    }

    /// Hands on what was kept, for a task that wants to wait for `interest`.
    ///
    /// - Returns: Whether it need not wait.
    package final func takeHeld(for interest: Interest) -> Bool {
        guard let events = held else { return false }
        takeHeld()
        return interest.isMet(by: events)
    }

    /// Hands on what was kept.
    package final func takeHeld() {
        guard let events = held else { return }
        held = nil
        note(events)
    }

    // MARK: Turns

    /// Lets all others on this loop go on first; for a task that has much to do and never has to wait.
    public final func takeTurns() async {
        _ = await withUnsafeContinuation { postpone($0) }
    }

    /// Lets streams that wait for a thread go first, if there are any, and then goes on.
    ///
    /// To be called between two messages by protocols that find several in one piece of input; where a message has to be
    /// waited for, the others get their turn anyway. What was written is sent before.
    ///
    /// - Throws: `ConnectionError` when the peer takes nothing for too long or is gone.
    public final func giveWay() async throws(ConnectionError) {
        guard othersWait else { return }
        try await flush()
        await takeTurns()
    }

    /// Whether others wait for the thread that serves this one.
    public final var othersWait: Bool { home.othersWait }
}
