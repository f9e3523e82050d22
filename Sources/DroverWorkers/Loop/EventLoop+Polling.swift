internal import DroverCore
internal import DroverSystem
internal import Logging

// What the loop tells the poller, and the deadline wheel.

extension EventLoop {
    /// Lets the poller report what happens to the connection's socket, from what there is now on.
    ///
    /// Another connection may end for it.
    ///
    /// - Returns: Whether that could be; else the connection has to end, and the worker accepts no other for a while.
    func poll(_ connection: Connection) -> Bool {
        do throws(SystemError) {
            do throws(SystemError) {
                try register(connection)
            } catch {
                // One that lingers may be the one that ends for it.
                guard makeRoom(), !connection.isClosed else { throw error }
                try register(connection)
            }
            return true
        } catch {
            shortage = error
            ledger.count(.errors)
            if shortageComplaint.isDue(now: host.clock.milliseconds) {
                context.logger.event(.error, "connection_failed", ["peer": connection.peer, "error": error])
            }
            return false
        }
    }

    private func register(_ connection: Connection) throws(SystemError) {
        let word = PollerWord.connection(token: connection.token, id: connection.id)
        try poller.add(connection.descriptor, .connection, word: word)
        connection.isPolled = true
    }

    /// Enters the connection's next deadline into the wheel.
    func enter(_ connection: Connection) {
        let bucket = connection.links.bucket
        let due = connection.due
        guard due != .max else { return }
        if let threads { threads.noteDeadline(due, self) }
        if bucket >= 0 {
            // Where it is will do, unless that is too late: an entry that comes up early is put back.
            guard wheel.isEarlier(due, than: bucket) else { return }
            wheel.remove(connection.token, links)
        }
        wheel.insert(connection.token, into: wheel.bucket(for: due), links)
    }
}
