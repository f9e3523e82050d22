// For protocols that have several things in progress on one stream at a time. Its task alone reads and writes the stream;
// what runs beside it leaves its results somewhere and nudges the task.

/// What a stream's task has been waiting for.
public enum Arrival: Sendable {
    /// More has been received.
    case input
    /// ``StreamHandle/nudge()`` was called.
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

extension ByteStream {
    /// Runs `body` as a task of its own where this stream's tasks run, and returns at once.
    public final func startBeside(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        let handle = handle
        handle.beginTask()
        return Task(executorPreference: home.taskExecutor) {
            await body()
            handle.endTask()
        }
    }

    /// Whether tasks run beside its own.
    package final var hasTasksBeside: Bool { knownHandle?.hasTasks == true }

    /// Lets the task or the protocol look after what has happened elsewhere, as ``StreamHandle/nudge()`` does.
    public final func nudge() {
        handle.nudge()
    }

    /// Sends what was gathered, then waits until there is something to do.
    ///
    /// - Parameters:
    ///   - limit: How many bytes may be buffered. The time for a message runs from its first byte.
    ///   - isReading: Whether to receive; without it the peer's input stays where it is.
    ///   - readsWhileSending: Whether to receive, and to return, also while the peer takes nothing. A client does, whose
    ///     server may take no more questions before its answers are taken.
    ///   - patience: For how many milliseconds the peer may be silent between two messages; `Int64.max` for ever. Nil is
    ///     `takeover_timeout` where a handler has taken the connection over, and for ever elsewhere.
    ///   - moment: Monotonic milliseconds at which to return in any case.
    /// - Returns: What there is to do.
    /// - Throws: `ConnectionError.timedOut` when the rest of a message does not come in time or the peer takes nothing for
    ///   too long, `.messageTooLong`, or `.reset`.
    public final func nextEvent(
        limit: Int, isReading: Bool = true, readsWhileSending: Bool = false, patience: Int64? = nil,
        until moment: Int64 = .max
    ) async throws(ConnectionError) -> Arrival {
        if !readsWhileSending, !output.isEmpty { try await flush() }
        if isReading, input.count >= limit { throw fault(.messageTooLong(limit: limit)) }
        var roomDeadline = Int64.max
        while true {
            if output.isEmpty {
                roomDeadline = .max
            } else if mayHaveRoom {
                let before = output.count
                if try sendSome() {
                    roomDeadline = .max
                } else if roomDeadline == .max || output.count < before {
                    roomDeadline = outputDeadline()
                }
            }
            if let arrival = try takeDrain(limit: limit, isReading: isReading) { return arrival }
            if isReading, mayHaveInput {
                if streak == Self.longestStreak {
                    streak = 0
                    await takeTurns()
                }
                streak += 1
                if let outcome = try receive(limit: limit) { return outcome ? .input : .end }
            } else if isReading, peerEnded {
                return .end
            }
            if takeNudge() { return .nudge }
            rest()
            let silence = isReading ? silenceDeadline(patience) : Int64.max
            let due = min(silence, roomDeadline)
            pause = .events
            let wakeup = await wait(for: output.isEmpty ? .input : .either, until: min(due, moment))
            pause = .none
            switch wakeup {
            case .ready, .draining, .rest: continue
            case .nudged:
                _ = takeNudge()
                return .nudge
            case .stopping: return .end
            case .cancelled: throw fault(.cancelled)
            case .timedOut:
                // The silence may have begun later than this wait.
                if moment <= due || moment <= home.now() { return .moment }
                if roomDeadline <= silence {
                    abandonOutput()
                    throw fault(.timedOut(.write))
                }
                let isIdle = endsBySilence()
                if isIdle || input.isEmpty { return .silence }
                noteError()
                throw fault(.timedOut(.read))
            }
        }
    }

    /// Takes the task to wake, if a nudge is what it waits for; for the loop's thread, or under its lock.
    package final func takeNote() -> Woken? {
        // First whether it waits: what it waits for is the task's own until then.
        waiter != nil && pause != .none && awaited != .output ? takeWaiter(.nudged) : nil
    }

    /// Whether the task need not begin to wait for input, as it was nudged meanwhile.
    package final var isNudged: Bool { pause != .none && knownHandle?.isNudged == true }

    final func takeNudge() -> Bool {
        knownHandle?.takeNudge() == true
    }
}
