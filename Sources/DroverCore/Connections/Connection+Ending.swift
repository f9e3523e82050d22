internal import DroverSystem

// close(2) with unread input, and input that comes after it, make the kernel reset the connection, and a reset can
// overtake the reply. So a connection whose peer may still be sending *lingers*: it ends its sending direction, and then
// receives what comes and throws it away, until the peer ends or the time is over; RFC 9112 section 9.6.

extension Connection {
    /// Lets the connection linger at its end, because the peer may still be sending something that will not be read.
    public func lingerAtEnd() {
        endsWithLinger = true
    }

    /// Sends what is gathered and closes, or begins to linger.
    package func finish() async {
        if state.isServing { endRequest() }
        try? await flush()
        host.place.catchUp(self)
        move(.over)
        closeOrLinger()
    }

    /// Ends a connection that is over and has sent everything.
    ///
    /// - Returns: Whether it lingers; else it is closed.
    package func finishAtOnce() -> Bool {
        move(.over)
        closeOrLinger()
        return isLingering
    }

    /// Closes, unless that could cost the peer what it was sent last.
    func closeOrLinger() {
        let lingers = mayLoseLastWords()
        input.clear(to: host.pool)
        output.clear(to: host.pool)
        protocolState = nil
        if lingers {
            if !owesFarewell { session.socket.endSending() }
            move(.lingers)
            endsWithLinger = true
            let now = host.clock.milliseconds
            messageDeadline = now + limits.linger
            waitDue = lingerDeadline(now)
        } else {
            close()
        }
    }

    /// Closes at once, as nothing is left to send.
    package func abandon() {
        if !isCutOff, !isLingering { _ = session.farewell() }
        close()
    }

    private func close() {
        protocolState = nil
        session.close()
        move(.closed)
    }

    private func mayLoseLastWords() -> Bool {
        if isCutOff { return false }
        let isUnread = !input.isEmpty || hasUnreadInput()
        switch session.farewell() {
        case .complete: break
        case .wantsLinger: return true
        case .wantsInput:
            owesFarewell = true
            return true
        }
        // A peer whose end has been received can send nothing more.
        if peerEnded, !mayHaveInput { return false }
        return isUnread || endsWithLinger
    }

    /// Whether the peer has sent something that the protocol has not received; the look takes it, and it is lost then.
    private func hasUnreadInput() -> Bool {
        guard mayHaveInput else { return false }
        input.reserve(4096, from: host.pool)
        switch input.withScratch({ session.receive(into: &$0) }) {
        case .bytes: return true
        case .wouldBlock:
            mayHaveInput = false
            return false
        case .endOfStream, .failed:
            mayHaveInput = false
            peerEnded = true
            return false
        }
    }

    // MARK: Lingering

    /// The outcome of throwing away what the peer has sent.
    package enum Discarding: Sendable {
        /// There is no more of it now.
        case waits
        /// There may be more, and it is another connection's turn.
        case goesOn
        /// There will be no more of it, or it has taken too long.
        case over
    }

    /// Throws away what the peer of a lingering connection has sent, as much as one turn is for.
    package func discardInput() -> Discarding {
        if owesFarewell {
            owesFarewell = session.farewell() == .wantsInput
            if owesFarewell {
                mayHaveInput = false
                waitDue = lingerDeadline(host.clock.milliseconds)
                return waitDue > host.clock.milliseconds ? .waits : .over
            }
            session.socket.endSending()
        }
        input.reserve(BufferPool.blockSize, from: host.pool)
        defer { input.releaseIfEmpty(to: host.pool) }
        for _ in 0..<Self.longestStreak {
            let room = input.freeCount
            switch input.withScratch({ session.discard(through: &$0) }) {
            case .bytes(let count):
                host.ledger.count(.bytesReceived, count)
                waitDue = lingerDeadline(host.clock.milliseconds)
                if count == room || peerEnded { continue }
            case .wouldBlock: break
            case .endOfStream, .failed: return .over
            }
            mayHaveInput = false
            return waitDue > host.clock.milliseconds ? .waits : .over
        }
        return waitDue > host.clock.milliseconds ? .goesOn : .over
    }

    /// Waits no longer for a peer that is silent, as the worker drains.
    func hastenLingering() {
        waitDue = min(waitDue, lingerDeadline(host.clock.milliseconds))
    }

    private func lingerDeadline(_ now: Int64) -> Int64 {
        let pause = host.isDraining ? min(limits.lingerPause, Self.drainingPause) : limits.lingerPause
        return min(now + pause, messageDeadline)
    }
}
