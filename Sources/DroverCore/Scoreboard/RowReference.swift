internal import DroverSystem

internal import struct Synchronization.Atomic

/// A way to one row of the scoreboard, good for as long as the process lives.
package struct RowReference: Sendable {
    /// The row's number.
    package let index: Int
    let place: SharedPlace<ScoreboardRow>
    var pointer: UnsafeMutablePointer<ScoreboardRow> { @inline(__always) get { place.pointer } }

    // MARK: For everybody

    package var state: WorkerState {
        WorkerState(rawValue: pointer.pointee.state.load(ordering: .acquiring)) ?? .vacant
    }
    package var pid: Int32 { pointer.pointee.pid.load(ordering: .relaxed) }
    package var slot: Int { Int(pointer.pointee.slot.load(ordering: .relaxed)) }
    package var generation: Int { Int(pointer.pointee.generation.load(ordering: .relaxed)) }
    package var heartbeat: Int64 { pointer.pointee.heartbeat.load(ordering: .relaxed) }
    package var busySince: Int64 { pointer.pointee.busySince.load(ordering: .sequentiallyConsistent) }
    /// Monotonic ms of becoming ready; 0 before.
    package var readyAt: Int64 { pointer.pointee.readyAt.load(ordering: .relaxed) / 1_000_000 }
    /// Microseconds from the fork to ready.
    package var bootMicroseconds: Int64 {
        (pointer.pointee.readyAt.load(ordering: .relaxed) - pointer.pointee.startedAt.load(ordering: .relaxed)) / 1000
    }
    package var connections: Int { Int(pointer.pointee.connections.load(ordering: .relaxed)) }
    /// The connections that handlers have taken over.
    package var takenOver: Int { Int(pointer.pointee.takenOver.load(ordering: .relaxed)) }
    package var lingering: Int { Int(pointer.pointee.lingering.load(ordering: .relaxed)) }
    /// The connections that are served, which are those that do not linger.
    package var served: Int { connections - lingering }
    package var inFlight: Int { Int(pointer.pointee.inFlight.load(ordering: .relaxed)) }
    /// Bytes of the worker in memory when it last looked; 0 before.
    package var residentBytes: Int { Int(pointer.pointee.residentBytes.load(ordering: .relaxed)) }
    /// Whether the worker waits for connections, as it said last.
    package var stance: AcceptStance {
        AcceptStance(rawValue: pointer.pointee.stance.load(ordering: .sequentiallyConsistent)) ?? .absent
    }
    /// Monotonic ms since when the worker has wanted to wait for connections and could not; 0 while it can.
    package var deafSince: Int64 { pointer.pointee.deafSince.load(ordering: .relaxed) }
    package var isGated: Bool { stance == .holdingBack }

    /// Whether the worker has been at one turn of its loop for so long that it can hardly be said to accept.
    package func isBlocked(now: Int64) -> Bool {
        let since = busySince
        return since > 0 && now - since > Self.blockedAfterMilliseconds
    }

    private static let blockedAfterMilliseconds: Int64 = 250

    /// The oldest requests in progress, oldest first; at most sixteen.
    package var inFlightRequests: [InFlightRequest] {
        var requests: [InFlightRequest] = []
        for index in 0..<ScoreboardRow.inFlightCapacity {
            if let request = pointer.pointee.entries[index].snapshot() { requests.append(request) }
        }
        return requests.sorted { $0.startedAt < $1.startedAt }
    }

    /// What the worker has counted so far.
    package var totals: ScoreboardTotals {
        var totals = ScoreboardTotals()
        totals.accepted = load(.accepted)
        totals.requests = load(.requests)
        totals.errors = load(.errors)
        totals.listenFailures = load(.listenFailures)
        totals.bytesReceived = load(.bytesReceived)
        totals.bytesSent = load(.bytesSent)
        totals.evicted = load(.evicted)
        for index in 0..<LatencyHistogram.bucketCount {
            totals.latency[index] = pointer.pointee.latency[index].load(ordering: .relaxed)
        }
        totals.latencySum = pointer.pointee.latencySum.load(ordering: .relaxed)
        return totals
    }

    private func load(_ counter: ScoreboardCounter) -> UInt64 { count(of: counter) }

    /// What the worker has counted of one thing.
    package func count(of counter: ScoreboardCounter) -> UInt64 {
        pointer.pointee.counters[counter.rawValue].load(ordering: .relaxed)
    }

    // MARK: For the arbiter, while no worker lives in the row

    /// Prepares the row for a worker that is about to be forked at `now`, in monotonic ns.
    package func occupy(slot: Int, generation: Int, now: Int64) {
        pointer.initialize(to: ScoreboardRow())
        pointer.pointee.slot.store(Int32(slot), ordering: .relaxed)
        pointer.pointee.generation.store(Int32(generation), ordering: .relaxed)
        pointer.pointee.startedAt.store(now, ordering: .relaxed)
        pointer.pointee.heartbeat.store(now / 1_000_000, ordering: .relaxed)
        pointer.pointee.state.store(WorkerState.starting.rawValue, ordering: .releasing)
    }

    /// Empties the row after its worker has been reaped; its totals have been read by then.
    package func vacate() {
        pointer.initialize(to: ScoreboardRow())
    }

    // MARK: For the worker

    package func setPID(_ pid: Int32) { pointer.pointee.pid.store(pid, ordering: .relaxed) }

    package func setState(_ state: WorkerState) {
        pointer.pointee.state.store(state.rawValue, ordering: .releasing)
    }

    /// Says that the worker accepts, from `now` on, in monotonic ns.
    package func setReady(now: Int64) {
        pointer.pointee.readyAt.store(now, ordering: .relaxed)
        setState(.ready)
    }

    /// Says that the worker begins to work on what its wait has found.
    @inline(__always)
    package func beginTurn(now: Int64) {
        pointer.pointee.heartbeat.store(now, ordering: .relaxed)
        pointer.pointee.busySince.store(now, ordering: .sequentiallyConsistent)
    }

    /// Says that the worker waits again.
    @inline(__always)
    package func endTurn() {
        pointer.pointee.busySince.store(0, ordering: .relaxed)
    }

    /// Says since when the worker keeps others waiting, in monotonic ms; 0 when it does not.
    ///
    /// For a worker of several threads, whose loop waits while all of them work.
    package func setBusy(since moment: Int64) {
        pointer.pointee.busySince.store(moment, ordering: .sequentiallyConsistent)
    }

    /// Says that the worker is alive.
    package func beat(now: Int64) {
        pointer.pointee.heartbeat.store(now, ordering: .relaxed)
    }

    package func setResident(_ bytes: Int) {
        pointer.pointee.residentBytes.store(Int64(bytes), ordering: .relaxed)
    }

    package func setConnections(_ count: Int) {
        pointer.pointee.connections.store(Int64(count), ordering: .sequentiallyConsistent)
    }

    // Several threads of one worker.
    package func addTakenOver(_ amount: Int64) {
        pointer.pointee.takenOver.wrappingAdd(amount, ordering: .relaxed)
    }

    package func setLingering(_ count: Int) {
        pointer.pointee.lingering.store(Int64(count), ordering: .sequentiallyConsistent)
    }

    /// Says whether the worker waits for connections, and since when it has not been able to; 0 when it can.
    package func setStance(_ stance: AcceptStance, deafSince: Int64 = 0) {
        pointer.pointee.deafSince.store(deafSince, ordering: .relaxed)
        pointer.pointee.stance.store(stance.rawValue, ordering: .sequentiallyConsistent)
    }

    // One writer: a load and a store are an addition.
    @inline(__always)
    func add(_ counter: ScoreboardCounter, _ amount: UInt64) {
        let value = pointer.pointee.counters[counter.rawValue].load(ordering: .relaxed)
        pointer.pointee.counters[counter.rawValue].store(value &+ amount, ordering: .relaxed)
    }

    // Several threads of one worker.
    func addBesideOthers(_ counter: ScoreboardCounter, _ amount: UInt64) {
        pointer.pointee.counters[counter.rawValue].wrappingAdd(amount, ordering: .relaxed)
    }

    @inline(__always)
    func addLatency(nanoseconds: Int64) {
        let bucket = LatencyHistogram.bucket(nanoseconds: nanoseconds)
        let count = pointer.pointee.latency[bucket].load(ordering: .relaxed)
        pointer.pointee.latency[bucket].store(count &+ 1, ordering: .relaxed)
        let sum = pointer.pointee.latencySum.load(ordering: .relaxed)
        pointer.pointee.latencySum.store(sum &+ UInt64(max(nanoseconds, 0)) / 1000, ordering: .relaxed)
    }

    @inline(__always)
    func setInFlight(_ count: Int) {
        pointer.pointee.inFlight.store(Int64(count), ordering: .relaxed)
    }
}
