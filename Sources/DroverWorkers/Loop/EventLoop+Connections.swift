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
            id: id, token: token, peer: peer, session: session, listener: listener, host: host)
        connections.insert(connection)
        context.row.setConnections(connections.count)
        // A peer by a unix socket could write before its connection was accepted, so a whole request has come most often.
        // With threads the first request is on its way: a thread that looks at once is one that the next newcomer does
        // not count on.
        let looksAtOnce = threads != nil || listener.address.isLocal
        // A connection that is served at once, and ends with its reply, is never entered into the poller. The poller
        // belongs to the loop's thread.
        if threads != nil || !looksAtOnce, !poll(connection) { return dismiss(connection) }
        if looksAtOnce { connection.expectInput() }
        guard connection.restFromTheBeginning() else { return startTask(connection) }
        if looksAtOnce { attend(connection) } else { enter(connection) }
    }

    /// Looks after a connection without a task, because something has come for it.
    @inline(__always)
    func attend(_ connection: Connection) {
        if let threads { return threads.attend(connection) }
        goOn(connection, connection.advance())
    }

    /// Looks after a connection without a task whose deadline has come.
    func attendAtDeadline(_ connection: Connection) {
        if let threads { return threads.attend(connection, isDue: true) }
        goOn(connection, connection.advanceAtDeadline())
    }

    @inline(__always)
    private func goOn(_ connection: Connection, _ standing: Connection.Standing) {
        switch standing {
        case .waits where connection.isPolled: enter(connection)
        case .waits: waitWithoutTask(connection)
        case .turn: nextTurn.add(connection, to: .steps)
        case .over: if connection.finishAtOnce() { linger(connection) } else { end(connection) }
        case .needsTask: rouse(connection)
        }
    }

    func waitWithoutTask(_ connection: Connection) {
        if connection.isPolled || poll(connection) { enter(connection) } else { dismiss(connection) }
    }

    // MARK: Tasks

    /// Gives a connection that rests a task.
    func rouse(_ connection: Connection) {
        startTask(connection)
    }

    /// Gives the connection a task, until it ends or rests.
    private func startTask(_ connection: Connection) {
        connection.beginTask()
        // The connection is the task's from here on: the loop touches it only while the task waits, or under its lock.
        nonisolated(unsafe) let connection = connection
        // What a suspended task keeps counts ten thousand times: one object, and few frames below it.
        connection.task = Task(executorPreference: taskExecutor) { [self] in
            await serve(connection)
            if let threads { threads.endTask(of: connection, self) } else { conclude(connection) }
        }
    }

    private func serve(_ connection: Connection) async {
        do {
            if !connection.isEstablished {
                try await connection.handshake()
                if connection.restAfterHandshake() { return }
            }
            if !connection.isOver { try await connection.spoken.protocolHandler.serve(connection) }
        } catch let error as ConnectionError where !error.isUpstream {
            noteEnd(of: connection, error)
        } catch is CancellationError where connection.hasExpired {
            let reason = ConnectionError.timedOut(.request)
            context.logger.event(.debug, "connection_ended", ["peer": connection.peer, "reason": reason])
        } catch {
            context.logger.event(.error, "protocol_failed", ["peer": connection.peer, "error": "\(error)"])
        }
        if !connection.isResting { await connection.finish() }
    }

    /// Does what follows when a connection's task is over.
    func conclude(_ connection: Connection) {
        if connection.isResting {
            rest(connection)
        } else if connection.isLingering {
            linger(connection)
        } else {
            end(connection)
        }
    }

    private func rest(_ connection: Connection) {
        if connection.givesWay, !connection.mayHaveInput {
            dismiss(connection)
        } else if connection.continueResting() {
            // While the task was on its way out, it could not be told of a drain.
            if host.isDraining, connection.prepareToEnd() { attend(connection) } else { waitWithoutTask(connection) }
        } else {
            rouse(connection)
        }
    }

    // MARK: The end

    /// Tells a connection that the worker drains.
    func tellOfDrain(_ connection: Connection) {
        // A task or a step looks before it waits again.
        if threads != nil, connection.isBusy { return }
        if connection.prepareToEnd() { attend(connection) } else { enter(connection) }
    }

    /// Begins to bring what is in progress to its end.
    func finishWork() {
        companion?.cancel()
        for connection in connections.all { tellOfDrain(connection) }
    }

    func dismiss(_ connection: Connection) {
        let lingered = connection.isLingering
        connection.abandon()
        end(connection)
        guard lingered else { return }
        lingering.noteEnd()
        context.row.setLingering(lingering.count)
    }

    func end(_ connection: Connection) {
        wheel.remove(connection.token, links)
        connections.remove(connection)
        context.row.setConnections(connections.count)
    }
}
