internal import struct Synchronization.Atomic

// For protocols that answer several requests of one connection at a time. Its task alone reads and writes the
// connection; what runs beside it leaves its results somewhere and nudges the task.

/// A request that is in progress beside others of the same connection.
public struct OpenRequest: Sendable {
    let entry: Int8
    let start: Int64
    /// Monotonic milliseconds at which `request_timeout` is over; `Int64.max` when it is off.
    public let deadline: Int64
}

/// What a connection's task has been waiting for.
public enum Arrival: Sendable {
    /// More has been received.
    case input
    /// Somebody has called ``Connection/nudge()``.
    case nudge
    /// The moment the caller named has come.
    case moment
    /// The peer was silent for too long, between two messages.
    case silence
    /// The worker drains; said once.
    case drain
    /// The peer will send nothing more, or the worker stops at once.
    case end
}

extension Connection {
    /// Says that a request begins that others of this connection may overlap with.
    ///
    /// It is counted and shown like one of `beginRequest`, but `request_timeout` is the caller's to keep: nobody is
    /// cancelled when `deadline` passes. To be ended with ``closeRequest(_:)`` by the connection's task.
    public func openRequest(_ label: RawSpan) -> OpenRequest {
        let start = host.clock.nanoseconds
        return OpenRequest(
            entry: host.ledger.begin(at: start, connection: id, label: label), start: start,
            deadline: limits.request > 0 ? start / 1_000_000 + limits.request : .max)
    }

    /// Says that the request has been answered, or that it will not be.
    public func closeRequest(_ request: OpenRequest) {
        host.ledger.end(entry: request.entry, startedAt: request.start)
    }

    /// Runs `body` as a task of its own where this connection's tasks run, and returns at once.
    public func startBeside(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        let handle = handle
        handle.beginTask()
        return Task(executorPreference: host.taskExecutor) {
            await body()
            handle.endTask()
        }
    }

    /// Whether tasks run beside its own.
    package var hasTasksBeside: Bool { knownHandle?.hasTasks == true }

    /// Lets the protocol look after what has happened elsewhere, as ``ConnectionHandle/nudge()`` does.
    public func nudge() {
        handle.nudge()
    }

    /// Sends what was gathered, then waits until there is something to do.
    ///
    /// - Parameters:
    ///   - limit: How many bytes may be buffered. The time for a message runs from its first byte.
    ///   - isReading: Whether to receive; without it the peer's input stays where it is.
    ///   - patience: For how many milliseconds the peer may be silent between two messages; `Int64.max` for ever.
    ///   - moment: Monotonic milliseconds at which to return in any case.
    /// - Returns: What there is to do.
    /// - Throws: `ConnectionError.timedOut` when the rest of a message does not come in time, `.messageTooLong`, or
    ///   `.reset`.
    public func nextEvent(
        limit: Int, isReading: Bool = true, patience: Int64 = .max, until moment: Int64 = .max
    ) async throws(ConnectionError) -> Arrival {
        if !output.isEmpty { try await flush() }
        if isReading, input.count >= limit { throw .messageTooLong(limit: limit) }
        while true {
            if isReading, mayHaveInput {
                if streak == Self.longestStreak {
                    streak = 0
                    _ = await withUnsafeContinuation { host.postpone(self, $0) }
                }
                streak += 1
                if let outcome = try receive(limit: limit) { return outcome ? .input : .end }
            } else if isReading, peerEnded {
                return .end
            }
            if takeNudge() { return .nudge }
            if host.isDraining, leave == .none {
                leave = .taken
                return .drain
            }
            streak = 0
            input.releaseIfEmpty(to: host.pool)
            output.releaseIfEmpty(to: host.pool)
            let deadline = isReading ? messageOrSilence(patience) : Int64.max
            let until = min(deadline, moment)
            pause = .events
            let wakeup = await withUnsafeContinuation { host.park(self, .input, until: until, $0) }
            pause = .none
            switch wakeup {
            case .ready, .draining, .rest: continue
            case .nudged:
                _ = takeNudge()
                return .nudge
            case .stopping: return .end
            case .timedOut:
                // The silence may have begun later than this wait.
                if moment <= deadline || moment <= host.clock.milliseconds { return .moment }
                if input.isEmpty { return .silence }
                countError()
                throw .timedOut(.read)
            }
        }
    }

    func messageOrSilence(_ patience: Int64) -> Int64 {
        if state.isFresh || !input.isEmpty { return inputDeadline() }
        return patience == .max ? .max : host.clock.milliseconds + patience
    }

    /// Wakes the task if a nudge is what it waits for; for the loop's thread, or under its lock.
    package func takeNote() {
        if pause != .none, inputWaiter != nil { interrupt(.nudged) }
    }

    /// Whether the task need not begin to wait for input, as somebody has nudged it meanwhile.
    package var isNudged: Bool { pause != .none && knownHandle?.isNudged == true }

    func takeNudge() -> Bool {
        knownHandle?.takeNudge() == true
    }
}
