internal import DroverSystem

// Most requests need no waiting at all: they came whole, the answer is at hand and the socket takes it. Served on the loop
// itself they need no task, which is a third of what a small one costs in user space.

/// What a protocol has done with the bytes at hand.
public enum ServedAtOnce: Sendable {
    /// All of them were dealt with; the connection stays.
    case everything
    /// The connection ends with what was written.
    case last
    /// For what is left `serve` is needed: it is incomplete, or has to wait for something.
    case part
}

extension Connection {
    /// How a connection that rested goes on.
    package enum Standing {
        case rests, lingers, ended, needsTask
    }

    /// Serves what has come for a connection that rests, as far as that takes no waiting.
    package func serveAtOnce() -> Standing {
        guard !host.isDraining, isEstablished || establishAtOnce() else { return .needsTask }
        let spoken = spoken
        guard spoken.servesAtOnce else { return .needsTask }
        for _ in 0..<Self.longestStreak {
            do {
                guard let outcome = try receive(limit: 65_536) else { return restOn() }
                if !outcome { return finishAtOnce() }
            } catch {
                host.noteEnd(of: self, error)
                return finishAtOnce()
            }
            let served = spoken.protocolHandler.serveAtOnce(self)
            isOver = served == .last
            guard flushAtOnce() else { return .needsTask }
            switch served {
            case .everything where input.isEmpty:
                if !mayHaveInput { return restOn() }
            case .last: return finishAtOnce()
            case .everything, .part: return .needsTask
            }
        }
        return .needsTask
    }

    /// Rests right after the handshake, if the protocol needs no task to begin either.
    package func restAfterHandshake() -> Bool {
        guard spoken.servesAtOnce, !host.isShared, !host.isDraining, !mayHaveInput, !peerEnded else { return false }
        isResting = true
        silentUntil = host.clock.milliseconds + limits.firstByte
        return true
    }

    private func restOn() -> Standing {
        input.releaseIfEmpty(to: host.pool)
        output.releaseIfEmpty(to: host.pool)
        host.someRest = true
        // Who has said nothing yet keeps the deadline for that.
        if phase == .idle { waitDue = host.clock.milliseconds + limits.idle }
        return .rests
    }

    private func establishAtOnce() -> Bool {
        guard listener.settings.proxyProtocol == .off, let step = try? session.handshake() else { return false }
        switch step {
        case .done, .doneWithInput:
            establish()
            return true
        case .wantsInput, .wantsOutput: return false
        }
    }

    /// Sends what was gathered.
    ///
    /// - Returns: Whether the socket took all of it.
    func flushAtOnce() -> Bool {
        while !output.isEmpty {
            guard case .bytes(let count) = session.send(output.bytes, UnsafeRawBufferPointer(start: nil, count: 0))
            else {
                // Whoever waits for room tries again, and finds out what it was.
                return false
            }
            host.ledger.count(.bytesSent, count)
            output.drop(count)
        }
        return true
    }

    private func finishAtOnce() -> Standing {
        isOver = true
        closeOrLinger()
        return isLingering ? .lingers : .ended
    }
}
