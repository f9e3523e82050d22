import Glibc

/// Drives the connections of a load on one thread: begins requests at an even pace and looks what became of them.
final class LoadLoop {
    private let plan: LoadPlan
    private let tell: (LoadTally) -> Void
    private var tally = LoadTally()
    private var connections: [Int32: LoadConnection] = [:]
    /// Kept connections that nothing is asked on, the one that waits longest first.
    private var idle: [Int32] = []
    private var begun = 0

    // `tell` gets the counts so far, again and again.
    init(_ plan: LoadPlan, tell: @escaping (LoadTally) -> Void) {
        self.plan = plan
        self.tell = tell
    }

    /// Goes on until `end` is set, and then until nothing is under way any more.
    func run(until end: Flag) -> LoadTally {
        var due = now()
        var lookedAt = 0.0
        while true {
            let time = now()
            if end.isSet {
                if !connections.values.contains(where: \.isBusy) { break }
            } else {
                // What a busy machine has kept us from is not made up for: that would be another load.
                due = max(due, time - 0.1)
                while due <= time, busyCount < plan.mostAtOnce {
                    begin()
                    due += 1 / plan.rate
                }
            }
            if time - lookedAt > 0.05 {
                lookedAt = time
                giveUpLate(time)
                tell(tally)
            }
            wait(milliseconds: max(1, Int32((due - time) * 1_000)))
        }
        for connection in connections.values { connection.end() }
        return tally
    }

    private var busyCount: Int { connections.count - idle.count }

    private func begin() {
        let request = LoadConnection.Request(target: plan.targets[begun % plan.targets.count], begun: now())
        // Each target is asked for in both ways.
        let wantsOwn = (begun + begun / plan.targets.count) % 2 == 0
        begun += 1
        tally.sent += 1
        if !wantsOwn, !idle.isEmpty, let connection = connections[idle.removeFirst()] {
            return settle(connection, connection.send(request))
        }
        let kept = connections.values.count { !$0.closes }
        open(request, closes: wantsOwn || kept >= plan.keptConnections)
    }

    private func open(_ request: LoadConnection.Request, closes: Bool) {
        do {
            let connection = try LoadConnection(port: plan.port, request, closes: closes)
            tally.connections += 1
            connections[connection.socket] = connection
            settle(connection, connection.advance())
        } catch {
            fail(request, error, port: 0, isReused: false)
        }
    }

    private func wait(milliseconds: Int32) {
        var entries = connections.values.map { pollfd(fd: $0.socket, events: $0.interest, revents: 0) }
        guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
        for entry in entries where entry.revents != 0 {
            guard let connection = connections[entry.fd] else { continue }
            settle(connection, connection.advance())
        }
    }

    private func settle(_ connection: LoadConnection, _ step: LoadConnection.Step) {
        switch step {
        case .waits: return
        case .answered:
            if let request = connection.takeRequest() {
                tally.answered += 1
                tally.latencies.append(now() - request.begun)
            }
            if connection.isIdle { idle.append(connection.socket) } else { forget(connection) }
        case .ended: forget(connection)
        case .failed(let reason):
            forget(connection)
            let mayRetry = connection.mayRetry(reason)
            guard var request = connection.takeRequest() else { return failUnasked(connection, reason) }
            guard mayRetry else {
                return fail(request, reason, port: connection.clientPort, isReused: connection.answers > 0)
            }
            tally.retried += 1
            request.isRetry = true
            open(request, closes: false)
        }
    }

    private func fail(_ request: LoadConnection.Request, _ reason: LoadFailure.Reason, port: UInt16, isReused: Bool) {
        tally.failures.append(
            LoadFailure(
                reason: reason, clientPort: port, isReused: isReused, isRetry: request.isRetry, begun: request.begun,
                failed: now()))
    }

    /// Bytes that nobody has asked for: counted as a request of their own, which failed.
    private func failUnasked(_ connection: LoadConnection, _ reason: LoadFailure.Reason) {
        guard case .wrongReply = reason else { return }
        tally.sent += 1
        let request = LoadConnection.Request(target: plan.targets[0], begun: now())
        fail(request, reason, port: connection.clientPort, isReused: true)
    }

    private func giveUpLate(_ time: Double) {
        for connection in connections.values {
            guard let begun = connection.request?.begun, time - begun > plan.patience else { continue }
            settle(connection, .failed(connection.lateness))
        }
    }

    private func forget(_ connection: LoadConnection) {
        connection.end()
        connections[connection.socket] = nil
        idle.removeAll { $0 == connection.socket }
    }
}
