// How long a connection may wait, and what its worker's drain means to a task that is about to wait.

extension Connection {
    /// Gives the connection to a handler that has taken it over, and speaks something else than the listener's protocol.
    ///
    /// It does not rest from here on, and is counted apart (`drover ctl`, TAKEN). A wait outside a request ends after
    /// `takeover_timeout` without input, or after what ``ByteStream/boundWait(milliseconds:)`` says; and once when the worker
    /// drains.
    public func holdOpen() {
        move(.takenOver)
        // What the listener's protocol has heard of the drain, the handler has not.
        leave = .none
    }

    /// Looks once more for input before the connection's task is told of the drain, which happens once.
    ///
    /// - Returns: As `receive`; nil when the task is to be told.
    func lookOnceMore(limit: Int) throws(ConnectionError) -> Bool? {
        if leave == .none {
            leave = .looked
            if let outcome = try receive(limit: limit) { return outcome }
        }
        leave = .taken
        return nil
    }

    /// Lets the next wait of a handler that has taken the connection over have the usual time again.
    @inline(__always)
    func endBoundOfTakeover() {
        if state == .upgraded { messageDeadline = 0 }
    }

    /// Whether the peer is owed nothing: no request runs and no message has begun.
    package var isIdle: Bool { !state.isServing && input.isEmpty }

    // A client that has just connected is about to ask, and would take a close for a failure; a browser's spare
    // connection says nothing and must not hold up a stop. Nor must a lingering peer that does not end.
    static var drainingPause: Int64 { 1_000 }

    /// Monotonic ms until which the next input may be waited for.
    func deadlineOfInput() -> Int64 {
        let now = host.clock.milliseconds
        switch state {
        case .serving, .upgradedServing: return min(now + limits.read, messageDeadline == 0 ? .max : messageDeadline)
        case .accepted, .fresh:
            return now + (host.isDraining ? min(limits.firstByte, Self.drainingPause) : limits.firstByte)
        case .upgraded: return messageDeadline == 0 ? now + limits.takeover : messageDeadline
        case .resting, .ending, .lingering, .closed:
            guard !input.isEmpty else { return now + limits.idle }
            if messageDeadline == 0 { messageDeadline = now + limits.read }
            return messageDeadline
        }
    }

    /// Whether a task may wait for input; nil for a look at the socket before it does.
    func mayWait() throws(ConnectionError) -> Bool? {
        if state == .upgraded, input.isEmpty, hasExpired { return false }
        if state == .resting, input.isEmpty, host.isDraining || hasExpired {
            // A peer that had been told that the connection stays may have asked for something meanwhile.
            if leave != .none || hasExpired { return false }
            leave = .taken
            mayHaveInput = true
            return nil
        }
        if requestTimedOut {
            countError()
            throw .timedOut(.request)
        }
        return true
    }
}
