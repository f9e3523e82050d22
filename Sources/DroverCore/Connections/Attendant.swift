internal import struct Synchronization.Atomic

// Resuming a task and letting it suspend again is most of what a short call costs in user space.

/// Deals with input where it is received, so that the task which listens sleeps on.
///
/// Where the loop's own thread serves the connections, it asks the attendant of a connection that listens, and wakes the
/// task only for what the attendant leaves.
open class Attendant {
    /// What the task waits for, as it told `listen`.
    struct Terms {
        var limit = 0
        var patience = Int64.max
        var moment = Int64.max
    }

    @exclusivity(unchecked) fileprivate(set) final var terms = Terms()
    /// What the task hears when it wakes.
    @exclusivity(unchecked) fileprivate final var failure: ConnectionError?

    /// An attendant that leaves everything to the task.
    public init() {}

    /// Deals with what has been received; what it writes is sent afterwards.
    ///
    /// - Returns: Whether the task would have nothing to do but to listen as before.
    open func attend() -> Bool { false }
}

extension Connection {
    /// Lets `attendant` deal with input while the task listens, from the next time on; nil for nobody.
    public func setAttendant(_ attendant: Attendant?) {
        self.attendant = host.isShared ? nil : attendant
    }

    /// Notes what the task listens for.
    func beginAttended(_ terms: Attendant.Terms) {
        guard let attendant else { return }
        attendant.terms = terms
        isAttended = true
    }

    /// What has gone wrong meanwhile.
    func endAttended() throws(ConnectionError) {
        isAttended = false
        guard let attendant, let failure = attendant.failure else { return }
        attendant.failure = nil
        throw failure
    }

    /// Receives what has come and lets the attendant deal with it.
    ///
    /// - Returns: Whether the task need not wake.
    func attendAtOnce() -> Bool {
        guard let attendant, !peerEnded, !host.isDraining else { return false }
        let terms = attendant.terms
        do {
            guard let outcome = try receive(limit: terms.limit) else { return true }
            if !outcome { return false }
        } catch {
            attendant.failure = error
            return false
        }
        // Whoever nudges from within must not wake the task while its place here is taken.
        isListening = false
        let isDone = attendant.attend() && flushAtOnce() && !mayHaveInput && input.isEmpty
        isListening = true
        guard isDone, !hasNudge.load(ordering: .relaxed) else {
            // The task looks for itself, although nothing more may come.
            hasNudge.store(true, ordering: .releasing)
            return false
        }
        input.releaseIfEmpty(to: host.pool)
        output.releaseIfEmpty(to: host.pool)
        let before = waitDue
        waitDue = min(messageOrSilence(terms.patience), terms.moment)
        if waitDue < before { host.schedule(self) }
        return true
    }
}
