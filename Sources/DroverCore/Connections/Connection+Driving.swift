internal import struct Synchronization.Atomic

// The worker's side: what its loop tells a connection, and how a connection begins.

extension Connection {
    /// Stores a task that waits.
    package func wait(_ interest: Interest, until deadline: Int64, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        store(interest, until: deadline, continuation)
        silentUntil = 0
        if pause == .steps {
            silentUntil = deadline
            waitDue = min(deadline, host.clock.milliseconds + Self.restAfterMilliseconds)
        }
    }

    /// The next moment at which a deadline of this connection passes, in monotonic ms.
    package var due: Int64 { min(waitDue, requestDue) }

    /// Does what is due: wakes a task that has waited long enough, and ends a request that has run long enough.
    ///
    /// - Returns: The task to cancel, as its request has; the handler's code hears of that at once, so it must not be done under
    ///   a lock of the worker's.
    package func expire(now: Int64) -> Task<Void, Never>? {
        if waitDue <= now { interrupt(now < silentUntil ? .rest : .timedOut) }
        guard requestDue <= now else { return nil }
        requestDue = .max
        hasTimedOut.store(true, ordering: .relaxed)
        // A task that waits for the peer does not look at its cancellation.
        interrupt(.timedOut)
        return task
    }

    // MARK: Resting

    // Long enough that a busy connection never rests, short enough that a crowd of silent ones soon does.
    private static var restAfterMilliseconds: Int64 { 500 }

    /// Whether neither a task nor a thread serves it at the moment.
    package var isAsleep: Bool { carrier == .loop && !state.isOver }

    /// Whether it has to be looked after: it is asleep, and something has come.
    package var wantsAttention: Bool { isAsleep && mayHaveInput && waiting != .ownEvents }

    /// Whether there is something to do before it can wait.
    package var hasWork: Bool {
        mayHaveInput && waiting != .ownEvents || owed != .nothing || knownHandle?.isNudged == true
    }

    /// Begins without a task, if the protocol can.
    package func restFromTheBeginning() -> Bool {
        guard spoken.hasMessages else { return false }
        carrier = .loop
        host.someRest = true
        waitDue = host.clock.milliseconds + limits.firstByte
        return true
    }

    /// Goes on resting after its task has ended, unless something has arrived meanwhile.
    package func continueResting() -> Bool {
        guard isResting, !hasWork else { return false }
        endTask()
        waitDue = silentUntil
        return true
    }

    /// Rests right after the handshake, if the protocol needs no task to begin either.
    package func restAfterHandshake() -> Bool {
        guard spoken.hasMessages, !host.isShared, !host.isDraining, !mayHaveInput, !peerEnded else { return false }
        carrier = .leavingTask
        silentUntil = host.clock.milliseconds + limits.firstByte
        return true
    }

    /// Goes on without a task.
    package func endTask() {
        task = nil
        carrier = .loop
    }

    /// Gets ready for a task.
    package func beginTask() {
        carrier = .task
        givesWay = false
        waitDue = .max
    }

    /// Prepares an idle connection for its end: it looks once more whether a request has come, and then ends.
    ///
    /// - Returns: whether a task has to be made for that.
    package func prepareToEnd() -> Bool {
        if isLingering { hastenLingering() }
        // A connection that has heard of it finishes by itself.
        guard !state.isServing, !state.isOver, !endsWithLinger, leave != .taken,
            input.isEmpty || spoken.hasMessages || state == .upgraded
        else {
            return false
        }
        if state.isFresh {
            // It has this long to begin, and its task does not rest meanwhile.
            let end = silentUntil > 0 ? silentUntil : waitDue
            silentUntil = 0
            waitDue = min(end, host.clock.milliseconds + Self.drainingPause)
            return false
        }
        if isAsleep { return true }
        if isAwaited, awaited != .output { interrupt(.ready) }
        return false
    }

    /// Completes the transport's handshake, of a connection that is not established.
    package func handshake() async throws(ConnectionError) {
        if spoken.settings.proxyProtocol != .off { try await readProxyHeader() }
        switch try await shakeHands(until: host.clock.milliseconds + limits.handshake) {
        case .complete(let handshake): establish(handshake)
        case .foreign(let peer):
            countError()
            tell(peer)
            throw .handshake(peer.reason)
        case .wantsInput, .wantsOutput: break
        }
    }

    /// Answers a peer that does not speak the transport's language in its own, where the listener knows that.
    private func tell(_ peer: ForeignPeer) {
        guard let refusal = spoken.strangers?.refusal(of: peer.beginning.span.bytes, self) else { return }
        session.sendInClear(refusal)
        lingerAtEnd()
    }
}
