internal import DroverSystem

extension Connection {
    /// How many bytes were received and not yet consumed.
    public var bufferedCount: Int { input.count }

    /// Calls `body` with the bytes that were received and not yet consumed, in one piece.
    @inline(__always)
    public func withBuffered<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(RawSpan(_unsafeBytes: input.bytes))
    }

    /// Drops `count` bytes that have been dealt with.
    public func consume(_ count: Int) {
        input.drop(count)
        // The next message's time runs from its own first byte.
        messageDeadline = 0
    }

    /// Sends what was gathered, then waits until more has been received.
    ///
    /// While a message is incomplete its bytes stay buffered, up to `limit`; the time for it runs from its first byte.
    ///
    /// - Returns: false when nothing more will come: the peer has ended, or it was silent and its time was over, or the
    ///   worker drains.
    /// - Throws: `ConnectionError.timedOut` when the rest of a message or of a request's input does not come in time,
    ///   `.messageTooLong`, or `.reset`.
    public func fill(limit: Int = 65_536) async throws(ConnectionError) -> Bool {
        if !output.isEmpty { try await flush() }
        if input.count >= limit { throw .messageTooLong(limit: limit) }
        while true {
            if mayHaveInput {
                if streak == Self.longestStreak {
                    streak = 0
                    _ = await withUnsafeContinuation { host.postpone(self, $0) }
                }
                streak += 1
                if let outcome = try receive(limit: limit) { return outcome }
            } else if peerEnded {
                return false
            }
            if state == .resting || state == .upgraded, input.isEmpty, host.isDraining || hasExpired {
                // Who had been told that the connection stays may have asked for something meanwhile.
                if leave != .none || hasExpired { return false }
                leave = .taken
                mayHaveInput = true
                continue
            }
            if requestTimedOut {
                countError()
                throw .timedOut(.request)
            }
            streak = 0
            input.releaseIfEmpty(to: host.pool)
            output.releaseIfEmpty(to: host.pool)
            let deadline = inputDeadline()
            let wakeup = await withUnsafeContinuation { host.park(self, .input, until: deadline, $0) }
            switch wakeup {
            case .ready, .nudged, .rest: continue
            case .draining, .stopping: return false
            case .timedOut:
                if isIdle { return false }
                countError()
                throw .timedOut(requestTimedOut ? .request : .read)
            }
        }
    }

    /// Lets the next wait for a request's input last no longer than `milliseconds`, whatever `read_timeout` allows.
    public func boundWait(milliseconds: Int64) {
        messageDeadline = host.clock.milliseconds + max(milliseconds, 1)
    }

    /// Gives the connection to a protocol that is not the listener's.
    ///
    /// It does not rest from here on, and silence does not end it. A drain still ends the next wait outside a request.
    public func holdOpen() {
        move(.takenOver)
    }

    /// Lets everybody else on this worker go on first; for whoever has much to do and never has to wait.
    public func takeTurns() async {
        _ = await withUnsafeContinuation { host.postpone(self, $0) }
    }

    // A peer that always has more to say must let the others speak: up to half a megabyte, then it is their turn.
    static let longestStreak: UInt8 = 8

    /// One recv(2).
    ///
    /// - Returns: True when bytes came, false at the end, nil when there was nothing after all.
    func receive(limit: Int) throws(ConnectionError) -> Bool? {
        input.reserve(min(limit - input.count, 4096), from: host.pool)
        let space = input.space
        let result = session.receive(into: space)
        switch result {
        case .bytes(let count):
            // Fewer than asked for: the socket is empty, so the next call would only say so. After the peer's end
            // there is still the end itself to receive.
            if count < space.count, !peerEnded, !session.holdsInput { mayHaveInput = false }
            if input.isEmpty { arrival = host.clock.nanoseconds }
            input.filled(count)
            host.ledger.count(.bytesReceived, count)
            if state == .fresh { move(.received) }
            return true
        case .wouldBlock:
            mayHaveInput = false
            return nil
        case .endOfStream:
            mayHaveInput = false
            peerEnded = true
            return false
        case .failed(let code):
            mayHaveInput = false
            peerEnded = true
            countError()
            throw session.failure.map { .broken($0) } ?? .reset(code: code)
        }
    }

    /// Whether nobody is owed anything: no request runs and no message has begun.
    package var isIdle: Bool { !state.isServing && input.isEmpty }

    // A client that has just connected is about to ask, and would take a close for a failure; a browser's spare
    // connection says nothing and must not hold up a stop. Nor must a lingering peer that does not end.
    static let drainingPause: Int64 = 1_000

    func inputDeadline() -> Int64 {
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
}
