internal import DroverSystem

// A worker without room for another connection ends one that has nothing to do; RFC 9112 section 9.3 lets it.

extension Connection {
    /// A time in which a connection has nothing to do, so that another connection may have its place.
    package struct Rest: Equatable, Sendable {
        /// Monotonic ms of its beginning.
        package let since: Int64
        /// Whether the peer has not said anything yet.
        package let isFresh: Bool
    }

    /// The connection's present rest; nil while it is at work, and always for a protocol that does not rest.
    ///
    /// The beginning follows from the deadline that is kept anyway, so it costs a request nothing.
    package var rest: Rest? {
        guard isPolled, !mayHaveInput, !givesWay, waiting == .message, protocolState == nil, input.isEmpty else {
            return nil
        }
        let end: Int64
        if isAsleep {
            end = waitDue
        } else if isAwaited, awaited != .output, silentUntil > 0 {
            end = silentUntil
        } else {
            return nil
        }
        switch state {
        case .resting: return Rest(since: end - limits.idle, isFresh: false)
        // A handshake that is complete has cost both sides too much to be thrown away.
        case .accepted: return Rest(since: end - limits.firstByte, isFresh: true)
        case .fresh where !isEncrypted: return Rest(since: end - limits.firstByte, isFresh: true)
        case .fresh, .serving, .upgraded, .upgradedServing, .ending, .lingering, .closed: return nil
        }
    }

    /// Whether the socket holds no input that the poller has not reported yet.
    package var isStillSilent: Bool {
        input.reserve(1, from: host.pool)
        defer { input.releaseIfEmpty(to: host.pool) }
        return switch input.withScratch(upTo: 1, { session.socket.peek(into: &$0) }) {
        case .bytes: false
        case .wouldBlock, .endOfStream, .failed: true
        }
    }

    /// Ends the task of a connection that rests, and the connection with it unless input comes before that.
    package func startGivingWay() {
        givesWay = true
        interrupt(.rest)
    }
}
