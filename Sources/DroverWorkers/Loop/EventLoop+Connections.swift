internal import DroverCore
internal import DroverSystem
internal import Logging

// From accept to close: when a connection has a task, and when it does without.

extension EventLoop {
    func begin(_ accepted: consuming Acceptor.Accepted) {
        let id = nextID
        nextID &+= 1
        let token = connections.nextToken()
        let listener = accepted.listener
        let peer = accepted.peer
        let session = listener.transport.open(accepted.socket)
        let connection = Connection(
            id: id, token: token, peer: peer, session: session, listener: listener, host: self)
        connections.insert(connection)
        context.row.setConnections(connections.count)
        if pollsLate, listener.address.isLocal { return lookAtOnce(connection) }
        guard poll(connection) else {
            connection.abandon()
            return end(connection)
        }
        if attendsAtOnce {
            connection.expectInput()
            startTask(connection)
        } else if connection.restFromTheBeginning() {
            enter(connection)
        } else {
            startTask(connection)
        }
    }

    /// Begins with what a client has sent already.
    ///
    /// Who comes by a unix socket could write before anybody accepted, so that is a whole request most often; and a short
    /// connection is then never entered into the poller.
    private func lookAtOnce(_ connection: Connection) {
        connection.expectInput()
        guard connection.restFromTheBeginning() else { return startTask(connection) }
        attend(connection)
    }

    private func restOn(_ connection: Connection) {
        if connection.isPolled || poll(connection) { enter(connection) } else { dismiss(connection) }
    }

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
            if shortageComplaint.isDue(now: clock.milliseconds) {
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

    /// Gives the connection a task, until it ends or rests.
    private func startTask(_ connection: Connection) {
        // What a suspended task keeps counts ten thousand times: one object, and few frames below it.
        connection.task = Task(executorPreference: taskExecutor) { [self] in
            await worker.lead(connection)
            conclude(connection)
        }
    }

    func rest(_ connection: Connection) {
        if connection.givesWay, !connection.mayHaveInput {
            dismiss(connection)
        } else if connection.continueResting() {
            restOn(connection)
        } else {
            rouse(connection)
        }
    }

    /// Looks after a connection without a task, because something has come for it or its deadline `isDue`.
    func attend(_ connection: Connection, isDue: Bool = false) {
        guard stepsOnLoop else { return rouse(connection, isDue: isDue) }
        switch connection.advance(isDue ? connection.occasionOfDeadline : nil) {
        case .waits: restOn(connection)
        case .turn: waitingForTurn.append(connection)
        case .over: if connection.finishAtOnce() { linger(connection) } else { end(connection) }
        case .needsTask: rouse(connection)
        }
    }

    /// Gives a connection that rests a task.
    func rouse(_ connection: Connection, isDue: Bool = false) {
        connection.endRest(isDue: isDue)
        startTask(connection)
    }

    func dismiss(_ connection: Connection) {
        connection.abandon()
        end(connection)
    }

    func end(_ connection: Connection) {
        wheel.remove(connection.token, links)
        connections.remove(connection)
        if connection.isLingering {
            lingering.noteEnd()
            context.row.setLingering(lingering.count)
        }
        context.row.setConnections(connections.count)
    }
}
