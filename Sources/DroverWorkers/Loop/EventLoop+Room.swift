internal import DroverCore
internal import Logging

// What a worker does for a connection that it has no room for: one that has nothing to do ends at once.

extension EventLoop {
    /// Why there is no room.
    enum Shortage: String, CustomStringConvertible {
        case connections = "worker_connections"
        case resources

        var description: String { rawValue }
    }

    /// What becomes of a connection that is about to be accepted.
    enum Place {
        /// A place is free.
        case free
        /// The newcomer gets the place of this connection, which ends.
        case taken(Connection)
        /// There is none.
        case none
    }

    /// The place of a connection that is about to be accepted from the listener at `index`.
    func place(forNewcomerOf index: Int) -> Place {
        if acceptor.hasPlace(besides: served) {
            guard connections.count >= capacity, let longest = lingering.first() else { return .free }
            return .taken(longest)
        }
        // A sibling with a free place goes first: it need not end a connection.
        guard !acceptor.siblingsHavePlaces(for: index), let longest = longestResting() else { return .none }
        return .taken(longest)
    }

    /// Ends the connection that lingers longest, or else the one that has rested longest, because the kernel has no
    /// descriptor or memory for another; to be called in a turn of the loop.
    ///
    /// - Returns: Whether one has ended, so that it is worth while to try again.
    func makeRoom() -> Bool { findRoom() == .found }

    /// The outcome of looking for a connection to end.
    enum Room {
        /// One has ended.
        case found
        /// One is about to end: its task has to hear of it.
        case soon
        /// There is none.
        case none
    }

    /// Does what `makeRoom` does, and says more about it.
    func findRoom() -> Room {
        if let leaving, leaving.givesWay, !leaving.isClosed { return .soon }
        guard let connection = lingering.first() ?? longestResting() ?? restThatHasBegun() else { return .none }
        giveWay(connection, .resources)
        if connection.isClosed { return .found }
        leaving = connection
        return .soon
    }

    /// Ends a connection that lingers or rests, for another.
    func giveWay(_ connection: Connection, _ shortage: Shortage) {
        ledger.count(.evicted)
        if let unsaid = roomNotice.count(at: host.clock.wallSeconds) {
            context.logger.event(
                .warning, "worker_full",
                ["slot": identity.slot, "reason": shortage, "connections": connections.count, "unsaid": unsaid])
        }
        if connection.isLingering || connection.isAsleep {
            dismiss(connection)
        } else {
            connection.startGivingWay()
        }
    }

    /// Whether a look at the resting connections may find one that can give way.
    var mayFindRest: Bool {
        !resting.isEmpty || resting.isLookDue(now: host.clock.milliseconds, someRest: host.someRest)
    }

    // A connection whose request has come keeps its place. After so many of them in a row the newcomer waits.
    private static let mostLooks = 16

    /// The connection that has rested longest and is still silent.
    private func longestResting() -> Connection? {
        if resting.givesPrecedence, resting.isLookDue(now: host.clock.milliseconds, someRest: host.someRest) {
            lookForRest()
        }
        for _ in 0..<Self.mostLooks {
            guard let connection = resting.first(connections) ?? restFoundAnew() else { return nil }
            if connection.isStillSilent { return connection }
            resting.removeFirst()
        }
        return nil
    }

    private func restFoundAnew() -> Connection? {
        guard mayFindRest else { return nil }
        lookForRest()
        return resting.first(connections)
    }

    /// One that rests for however short a time: without a descriptor not even a newcomer's refusal could be read.
    private func restThatHasBegun() -> Connection? {
        lookForRest(atOnce: true)
        guard let connection = resting.first(connections), connection.isStillSilent else { return nil }
        return connection
    }

    private func lookForRest(atOnce: Bool = false) {
        host.someRest = false
        resting.look(at: connections, now: host.clock.milliseconds, atOnce: atOnce)
    }
}
