internal import DroverSystem

extension ByteStream {
    /// How many bytes were received and not yet consumed.
    public final var bufferedCount: Int { input.count }

    /// Calls `body` with the bytes that were received and not yet consumed, in one piece.
    @inline(__always)
    public final func withBuffered<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(input.bytes)
    }

    /// Drops `count` bytes that have been dealt with.
    public final func consume(_ count: Int) {
        input.drop(count)
        // The next message's time runs from its own first byte.
        messageDeadline = 0
    }

    /// Sends what was gathered, then waits until more has been received.
    ///
    /// While a message is incomplete its bytes stay buffered, up to `limit`; the time for it runs from its first byte.
    ///
    /// - Returns: false when nothing more will come: the peer has ended, or it was silent and its time was over, or the
    ///   worker drains. A handler that has taken the connection over may go on after silence (``peerEnded`` is false
    ///   then), and hears of the drain once, whatever is buffered (``Connection/isDraining`` is true then).
    /// - Throws: `ConnectionError.timedOut` when the rest of a message or of a request's input does not come in time,
    ///   `.messageTooLong`, or `.reset`.
    public final func fill(limit: Int = 65_536) async throws(ConnectionError) -> Bool {
        if !output.isEmpty { try await flush() }
        if input.count >= limit { throw fault(.messageTooLong(limit: limit)) }
        while true {
            if isTakenOver, let arrival = try takeDrain(limit: limit, isReading: true) { return arrival == .input }
            if mayHaveInput {
                if streak == Self.longestStreak {
                    streak = 0
                    await takeTurns()
                }
                streak += 1
                if let outcome = try receive(limit: limit) { return outcome }
            } else if peerEnded {
                return false
            }
            guard let mayWait = try mayWaitForInput() else { continue }
            if !mayWait { return false }
            rest()
            switch await wait(for: .input, until: inputDeadline()) {
            case .ready, .nudged, .rest: continue
            case .draining, .stopping: return false
            case .cancelled: throw fault(.cancelled)
            case .timedOut:
                if endsBySilence() { return false }
                noteError()
                throw fault(.timedOut(deadline(of: .input)))
            }
        }
    }

    /// Holds no memory while nothing is on its way.
    final func rest() {
        streak = 0
        input.releaseIfEmpty(to: home.pool)
        output.releaseIfEmpty(to: home.pool)
    }

    /// Lets the next wait for input last no longer than `milliseconds`.
    ///
    /// In a request that is beside `read_timeout`, which goes on to count. Where a handler has taken the connection over it
    /// is in the place of `takeover_timeout`, and may be longer.
    public final func boundWait(milliseconds: Int64) {
        messageDeadline = home.now() + max(milliseconds, 1)
    }

    // A peer that always has more to say must let the others speak: up to half a megabyte, then it is their turn.
    static var longestStreak: UInt8 { 8 }

    /// One recv(2).
    ///
    /// - Returns: True when bytes came, false at the end, nil when there was nothing after all.
    @inline(__always)
    final func receive(limit: Int) throws(ConnectionError) -> Bool? {
        let wasEmpty = input.isEmpty
        input.reserve(min(min(limit, ByteQueue.largest) - input.count, 4096), from: home.pool)
        let before = (count: input.count, room: input.freeCount)
        let result = input.append { session.receive(into: &$0) }
        switch result {
        case .bytes:
            // What the session has appended counts, and not what it says.
            let count = input.count - before.count
            // Fewer than asked for: the socket is empty, so the next call would only say so. After the peer's end
            // there is still the end itself to receive.
            if count < before.room, !peerEnded, !session.holdsInput { mayHaveInput = false }
            noteReceived(count, intoEmpty: wasEmpty)
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
            noteError()
            throw fault(session.failure.map { .broken($0) } ?? .reset(code: code))
        }
    }
}
