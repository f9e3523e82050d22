internal import DroverSystem

// The one loop of all protocols of messages. Most messages need no waiting at all: they came whole, the answer is at hand
// and the socket takes it. So the loop is a function that goes as far as it can without waiting. An event loop calls it
// for a connection that has no task, and a task calls it again and again and waits in between.

extension Connection {
    /// How a connection goes on after its protocol has been served as far as that takes no waiting.
    package enum Standing: Sendable {
        /// It waits for input, a nudge or its deadline, `waitDue`.
        case waits
        /// It has had its share; `advance` goes on after others.
        case turn
        /// A task has to go on: something has to be waited for in the middle.
        case needsTask
        /// It is over: it has to be finished.
        case over
    }

    /// What a connection whose protocol is one of messages waits for.
    enum Waiting: UInt8 {
        /// The next message, or the rest of one.
        case message
        /// A message too, but silence is no reason to end.
        case events
        /// Something that happens here; nothing is received.
        case ownEvents
    }

    /// What has to be done before anything else.
    enum Owed: UInt8 {
        case nothing
        /// A step, with what is buffered.
        case step
        /// `serveMessage`.
        case message
    }

    /// Tells the protocol that the deadline of a connection that waits has come, and then goes on as `advance`.
    ///
    /// - Returns: How the connection goes on.
    package func advanceAtDeadline() -> Standing {
        let occasion = occasionOfDeadline
        return advance(noticing: occasion)
    }

    /// Tells the protocol what has happened beside the socket's events, and then goes on as `advance`.
    ///
    /// - Returns: How the connection goes on.
    func advance(noticing occasion: Occasion) -> Standing {
        guard isEstablished || establishAtOnce(), spoken.hasMessages else { return .needsTask }
        return carryOut(spoken.messages.notice(occasion, self)) ?? advance()
    }

    /// Receives, steps and sends until there is nothing more to do now.
    ///
    /// - Returns: How the connection goes on.
    package func advance() -> Standing {
        guard isEstablished || establishAtOnce() else { return .needsTask }
        let spoken = spoken
        guard spoken.hasMessages else { return .needsTask }
        for _ in 0..<Self.longestStreak {
            guard let step = nextStep(spoken) else {
                return flushAtOnce() ? settle() : .needsTask
            }
            if let standing = carryOut(step) { return standing }
            // Most often there is nothing more, and it shows without another look.
            if !mayHaveInput, owed == .nothing, knownHandle == nil, !host.isDraining { return settle() }
        }
        owed = .step
        return .turn
    }

    /// Goes on after `serveMessage`.
    func advance(after next: Next) -> Standing {
        if next == .end { return carryOut(.end) ?? .over }
        if input.isEmpty { return carryOut(.rest) ?? advance() }
        // The next message is here already, and its reply may leave with this one; but others may have waited for longer.
        owed = .step
        if host.othersWait { return flushAtOnce() ? .turn : .needsTask }
        return advance()
    }

    /// Goes on after an error that nothing can be done about.
    func advance(after error: ConnectionError) -> Standing {
        carryOut(lose(error)) ?? advance()
    }

    @inline(__always)
    private func nextStep(_ spoken: WorkerListener) -> Step? {
        if owed != .nothing, let step = owedStep(spoken) { return step }
        guard mayHaveInput, waiting != .ownEvents else { return rareStep(spoken) }
        do {
            guard let outcome = try receive(limit: spoken.inputLimit) else { return rareStep(spoken) }
            return outcome ? spoken.messages.step(self) : spoken.messages.notice(.ended, self)
        } catch {
            return lose(error)
        }
    }

    private func owedStep(_ spoken: WorkerListener) -> Step? {
        if owed == .message { return .task }
        owed = .nothing
        return input.isEmpty ? nil : spoken.messages.step(self)
    }

    /// What there is to do without input; nil for nothing.
    private func rareStep(_ spoken: WorkerListener) -> Step? {
        if takeNudge() { return spoken.messages.notice(.nudge, self) }
        guard host.isDraining, !state.isServing else { return nil }
        if state.isFresh {
            // The peer is about to speak, most likely, and has this long to begin.
            waitDue = min(waitDue, host.clock.milliseconds + Self.drainingPause)
            return nil
        }
        if leave == .none, waiting != .ownEvents, !peerEnded {
            // A peer that had been told that the connection stays may have sent something meanwhile.
            leave = .looked
            mayHaveInput = true
            if let step = nextStep(spoken) { return step }
        }
        if leave != .taken {
            leave = .taken
            return spoken.messages.notice(.drain, self)
        }
        return waiting == .message && input.isEmpty ? .end : nil
    }

    /// - Returns: How the connection goes on; nil if there may be more to do.
    @inline(__always)
    private func carryOut(_ step: Step) -> Standing? {
        switch step {
        case .rest:
            waiting = .message
            if peerEnded, !mayHaveInput { return carryOutRarely(.end) }
            if input.count >= spoken.inputLimit { return carryOutRarely(spoken.messages.notice(.tooLong, self)) }
        default: return carryOutRarely(step)
        }
        return flushAtOnce() ? nil : .needsTask
    }

    @inline(never)
    private func carryOutRarely(_ step: Step) -> Standing? {
        switch step {
        case .rest, .end:
            // A protocol that ends within a request has answered it as far as it could.
            if state.isServing { endRequest() }
            move(.over)
            return flushAtOnce() ? .over : .needsTask
        case .listen(let until):
            waiting = peerEnded && !mayHaveInput ? .ownEvents : .events
            moment = until
        case .hold(let until):
            waiting = .ownEvents
            moment = until
        case .turn:
            owed = .step
            return flushAtOnce() ? .turn : .needsTask
        case .task:
            owed = .message
            return .needsTask
        }
        return flushAtOnce() ? nil : .needsTask
    }

    /// Gets ready to wait.
    private func settle() -> Standing {
        input.releaseIfEmpty(to: home.pool)
        output.releaseIfEmpty(to: home.pool)
        switch waiting {
        case .message:
            if input.isEmpty { host.someRest = true }
            if state == .resting, input.isEmpty {
                waitDue = host.clock.milliseconds + limits.idle
            } else if !state.isFresh || waitDue == .max {
                // A peer that has said nothing yet keeps the deadline for that.
                waitDue = inputDeadline()
            }
        case .events: waitDue = input.isEmpty ? moment : min(moment, inputDeadline())
        case .ownEvents: waitDue = moment
        }
        return .waits
    }

    /// What has happened when a connection that waits has reached its deadline.
    package var occasionOfDeadline: Occasion {
        let ofMessage = waiting == .ownEvents || input.isEmpty ? Int64.max : messageDeadline
        if waiting != .message, moment <= ofMessage {
            moment = .max
            return .moment
        }
        return input.isEmpty ? .silence : .late
    }

    private func lose(_ error: ConnectionError) -> Step {
        if isLost { return .end }
        isLost = true
        host.place.noteEnd(of: self, error)
        output.clear(to: host.pool)
        input.clear(to: host.pool)
        mayHaveInput = false
        peerEnded = true
        let step = spoken.messages.notice(.lost(error), self)
        return step == .rest ? .end : step
    }

    private func establishAtOnce() -> Bool {
        guard spoken.settings.proxyProtocol == .off, let step = try? session.handshake() else { return false }
        guard case .complete(let handshake) = step else { return false }
        establish(handshake)
        return true
    }

    /// Sends what was gathered.
    ///
    /// - Returns: Whether the socket took all of it.
    @inline(__always)
    func flushAtOnce() -> Bool {
        // What a protocol says to a peer that is gone reaches no one.
        if isLost { output.clear(to: host.pool) }
        return sendAtOnce()
    }
}
