internal import DroverCore

extension EventLoop {
    /// Goes on with the connections for which one turn was too short.
    func goOnWithTurns() {
        let lists = nextTurn.take()
        // Through the executor's list, so that the next turn looks at the poller and the clock first.
        for connection in lists.tasks { connection.interrupt(.ready) }
        for connection in lists.steps where !connection.isClosed && connection.isAsleep { attend(connection) }
        for connection in lists.discards {
            connection.awaitsTurn = false
            if !connection.isClosed { discard(connection) }
        }
        nextTurn.takeBack(lists)
    }

    /// Lets the connections look that were nudged.
    func takeNudges() {
        for (token, id) in nudges.takeAll() { takeNudge(token, id)?.resume() }
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
                if let task = connection.expire(now: now) { runForeignCode { task.cancel() } }
            }
            if connection.due != .max { wheel.insert(token, into: wheel.bucket(for: connection.due), links) }
        }
    }

    /// Runs `body`, which calls code of a handler's or a hook's: at once, or where threads serve, when their lock is free.
    func runForeignCode(_ body: @escaping () -> Void) {
        if let threads { threads.afterTurn(body) } else { body() }
    }

    func links(_ token: Int32, _ body: (inout DeadlineWheel.Links) -> Void) {
        guard let connection = connections[token] else { return }
        body(&connection.links)
    }
}
