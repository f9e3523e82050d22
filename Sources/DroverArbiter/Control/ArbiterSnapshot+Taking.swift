package import DroverCore
package import DroverSystem

// How the parts of a snapshot are taken from what the arbiter and the scoreboard know.

extension ArbiterSnapshot.Worker {
    /// A worker as the arbiter's record and the worker's own row have it.
    ///
    /// - Parameters:
    ///   - record: What the arbiter knows.
    ///   - row: What the worker says; a row that another worker has by now counts for nothing.
    ///   - now: Monotonic ns.
    package init(_ record: WorkerRecord, row: RowReference, now: Int64) {
        let milliseconds = now / 1_000_000
        self.init(
            slot: record.slot, pid: record.pid, generation: record.generation, state: Self.state(of: record))
        uptime = max(0, milliseconds - record.startedAt)
        residentBytes = ResidentMemory.bytes(of: record.pid)
        // Until it has said who it is, the row has nothing to say about it.
        guard row.pid == record.pid else { return }
        heartbeatAge = max(0, milliseconds - row.heartbeat)
        let since = row.busySince
        busy = since > 0 ? max(0, milliseconds - since) : 0
        accepting = row.state.accepts && !record.isCompanion ? Self.accepting(row, now: milliseconds) : nil
        connections = row.connections
        takenOver = row.takenOver
        lingering = row.lingering
        inFlight = row.inFlight
        totals = row.totals
        oldest = row.inFlightRequests.first.map { request in
            ArbiterSnapshot.Request(label: request.label, age: max(0, (now - request.startedAt) / 1_000_000))
        }
    }

    private static func accepting(_ row: RowReference, now: Int64) -> ArbiterSnapshot.Accepting? {
        switch row.stance {
        // Its generation is not in force yet.
        case .absent: return nil
        case .waiting: return ArbiterSnapshot.Accepting("waiting")
        case .holdingBack: return ArbiterSnapshot.Accepting("holding back")
        case .full: return ArbiterSnapshot.Accepting("full")
        case .paused: return ArbiterSnapshot.Accepting("paused")
        case .declining: return ArbiterSnapshot.Accepting("declining")
        case .deaf:
            let since = row.deafSince
            return ArbiterSnapshot.Accepting("deaf", deaf: since > 0 ? max(0, now - since) : 0)
        }
    }

    private static func state(of record: WorkerRecord) -> String {
        if record.stoppedAt != nil { return "stopped" }
        return switch record.stage {
        case .starting: "starting"
        case .ready: record.isRetiring ? "retiring" : "ready"
        case .draining: "draining"
        case .aborting: "aborting"
        case .killed: "killed"
        }
    }
}

extension ArbiterSnapshot.Listener {
    /// An address with all its sockets, of which there is one for each slot under `reuseport`.
    package init(_ settings: ListenerSettings, address: SocketAddress, sockets: [Int32]) {
        let lengths = sockets.compactMap(AcceptQueue.length)
        self.init(settings, address: address.description, queued: lengths.isEmpty ? nil : lengths.reduce(0, +))
    }
}
