package import DroverSystem

internal import struct Synchronization.Atomic

// The worker's side: what its loop tells a connection, and how a connection begins.

extension Connection {
    /// Hands on what the poller has reported.
    @inline(__always)
    package func deliver(_ events: PollEvents) {
        note(events)
        // Whoever is resumed may run at once, on another thread: only the waiters are touched afterwards.
        if events.concernsInput, let waiter = inputWaiter {
            inputWaiter = nil
            waitDue = .max
            waiter.resume(returning: .ready)
        }
        if events.concernsOutput, let waiter = outputWaiter {
            outputWaiter = nil
            waitDue = .max
            waiter.resume(returning: .ready)
        }
    }

    @inline(__always)
    func note(_ events: PollEvents) {
        if events.concernsInput {
            mayHaveInput = true
            if events.concernsEnd { peerEnded = true }
        }
        if events.concernsOutput { mayHaveRoom = true }
    }

    /// Stores a task that waits.
    package func wait(_ interest: Interest, until deadline: Int64, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        switch interest {
        case .input:
            precondition(inputWaiter == nil, "two tasks read one connection")
            inputWaiter = continuation
        case .output:
            precondition(outputWaiter == nil, "two tasks write one connection")
            outputWaiter = continuation
        }
        waitDue = deadline
        silentUntil = 0
        if pause == .steps {
            silentUntil = deadline
            waitDue = min(deadline, host.clock.milliseconds + Self.restAfterMilliseconds)
        }
    }

    /// Wakes whoever waits, for another reason than the socket.
    package func interrupt(_ reason: Wakeup) {
        waitDue = .max
        if let waiter = inputWaiter {
            inputWaiter = nil
            waiter.resume(returning: reason)
        } else if let waiter = outputWaiter {
            outputWaiter = nil
            waiter.resume(returning: reason)
        }
    }

    /// The next moment at which a deadline of this connection passes, in monotonic ms.
    package var due: Int64 { min(waitDue, requestDue) }

    /// Does what is due: wakes a task that has waited long enough, cancels a request that has run long enough.
    package func expire(now: Int64) {
        if waitDue <= now { interrupt(now < silentUntil ? .rest : .timedOut) }
        guard requestDue <= now else { return }
        requestDue = .max
        hasTimedOut.store(true, ordering: .relaxed)
        task?.cancel()
        // A task that waits for the peer does not look at its cancellation.
        interrupt(.timedOut)
    }

    // MARK: Resting

    // Long enough that a busy connection never rests, short enough that a crowd of silent ones soon does.
    private static let restAfterMilliseconds: Int64 = 500

    /// Whether nobody serves it at the moment.
    package var isAsleep: Bool { carrier == .loop && !state.isOver }

    /// Whether it has to be looked after: it is asleep, and something has come.
    package var wantsAttention: Bool { isAsleep && mayHaveInput && waiting != .ownEvents }

    /// Whether there is something to do before it can wait.
    package var hasWork: Bool {
        mayHaveInput && waiting != .ownEvents || owed != .nothing || knownHandle?.isNudged == true
    }

    /// Its bucket in the deadline wheel; -1 for none.
    package var bucket: Int32 { wheelBucket }

    /// Begins without a task, if the protocol can.
    package func restFromTheBeginning() -> Bool {
        guard listener.hasMessages else { return false }
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

    /// Prepares an idle connection for its end: somebody looks once more whether a request has come, and then ends it.
    ///
    /// - Returns: whether a task has to be made for that.
    package func prepareToEnd() -> Bool {
        if isLingering { hastenLingering() }
        // A connection that has heard of it finishes by itself.
        guard !state.isServing, !state.isOver, input.isEmpty || spoken.hasMessages, !endsWithLinger, leave != .taken
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
        if inputWaiter != nil { interrupt(.ready) }
        return false
    }

    /// Completes the transport's handshake, of a connection that is not established.
    package func handshake() async throws(ConnectionError) {
        if listener.settings.proxyProtocol != .off { try await readProxyHeader() }
        let deadline = host.clock.milliseconds + limits.handshake
        while true {
            let step: HandshakeStep
            do {
                step = try session.handshake()
            } catch {
                countError()
                throw .handshake("\(error)")
            }
            let interest: Interest
            switch step {
            case .complete(let handshake):
                establish(handshake)
                // What came along with the last part will not be reported again; else there is nothing to look for.
                if handshake.hasEmptiedSocket { mayHaveInput = session.holdsInput || peerEnded }
                return
            case .foreign(let peer):
                countError()
                tell(peer)
                throw .handshake(peer.reason)
            case .wantsInput: interest = .input
            case .wantsOutput: interest = .output
            }
            let wakeup = await withUnsafeContinuation { host.park(self, interest, until: deadline, $0) }
            if wakeup != .ready {
                countError()
                throw .timedOut(.handshake)
            }
        }
    }

    /// Answers a peer that does not speak the transport's language in its own, if somebody knows that.
    private func tell(_ peer: ForeignPeer) {
        guard let refusal = listener.strangers?.refusal(of: peer.beginning.span.bytes, self) else { return }
        session.sendInClear(refusal)
        lingerAtEnd()
    }
}
