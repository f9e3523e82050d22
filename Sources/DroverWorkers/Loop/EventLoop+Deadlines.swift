internal import DroverCore

extension EventLoop {
    // Through the executor's list, so that the next turn looks at the poller and the clock first.
    func resumePostponed() {
        if !postponed.isEmpty {
            for connection in postponed { connection.interrupt(.ready) }
            postponed.removeAll(keepingCapacity: true)
        }
        guard !waitingForTurn.isEmpty else { return }
        let connections = waitingForTurn
        waitingForTurn.removeAll(keepingCapacity: true)
        for connection in connections where !connection.isClosed && connection.isAsleep { attend(connection) }
    }

    /// Lets the connections look that were nudged.
    func takeNudges() {
        for (token, id) in nudges.takeAll() { takeNudge(token, id) }
    }

    func expireDeadlines(now: Int64) {
        while let token = wheel.nextDue(now: now) {
            wheel.remove(token, links)
            guard let connection = connections[token] else { continue }
            if connection.due <= now {
                if connection.isLingering || connection.isAsleep && !connection.isEstablished {
                    dismiss(connection)
                    continue
                }
                if connection.isAsleep {
                    attendAtDeadline(connection)
                    continue
                }
                connection.expire(now: now)
            }
            if connection.due != .max { wheel.insert(token, into: wheel.bucket(for: connection.due), links) }
        }
    }

    func links(_ token: Int32, _ body: (inout DeadlineWheel.Links) -> Void) {
        guard let connection = connections[token] else { return }
        body(&connection.links)
    }
}
