// How long a connection may wait, and what its worker's drain means to a task that is about to wait.

extension Connection {
    /// Gives the connection to a protocol that is not the listener's.
    ///
    /// It does not rest from here on, and silence does not end it. A drain still ends the next wait outside a request.
    public func holdOpen() {
        move(.takenOver)
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
        case .upgraded: return .max
        case .resting, .ending, .lingering, .closed:
            guard !input.isEmpty else { return now + limits.idle }
            if messageDeadline == 0 { messageDeadline = now + limits.read }
            return messageDeadline
        }
    }

    /// Whether a task may wait for input; nil for a look at the socket before it does.
    func mayWait() throws(ConnectionError) -> Bool? {
        if state == .resting || state == .upgraded, input.isEmpty, host.isDraining || hasExpired {
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
