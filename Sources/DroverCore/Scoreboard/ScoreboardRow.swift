internal import struct Synchronization.Atomic

/// What one worker says about itself, in memory that the arbiter and its siblings read.
///
/// Every field has one writer: the worker that lives in the row, or the arbiter while none does. So plain loads and
/// stores suffice, with no locked instruction on the way of a request; threads of one worker take turns, or add.
package struct ScoreboardRow: ~Copyable, Sendable {
    package static let inFlightCapacity = 16

    // MARK: Life

    let state = Atomic<UInt32>(0)
    let pid = Atomic<Int32>(0)
    let slot = Atomic<Int32>(0)
    let generation = Atomic<Int32>(0)
    /// Monotonic ms of the last turn of the worker's loop.
    let heartbeat = Atomic<Int64>(0)
    /// Monotonic ms since when the loop has not waited for input; 0 while it waits.
    let busySince = Atomic<Int64>(0)
    /// Monotonic ns of the fork, and of becoming ready.
    let startedAt = Atomic<Int64>(0)
    let readyAt = Atomic<Int64>(0)

    // MARK: Load

    let connections = Atomic<Int64>(0)
    /// The connections that handlers have taken over.
    let takenOver = Atomic<Int64>(0)
    /// The connections that only wait for their peers' end.
    let lingering = Atomic<Int64>(0)
    /// Whether the worker waits for connections, see `AcceptStance`.
    let stance = Atomic<UInt32>(0)
    /// Monotonic ms since when the worker has wanted to wait and could not; 0 while it can.
    let deafSince = Atomic<Int64>(0)
    let inFlight = Atomic<Int64>(0)
    /// Bytes of the worker in memory, as of its last look.
    let residentBytes = Atomic<Int64>(0)

    // MARK: Counters, which only grow

    let counters = InlineArray<7, Atomic<UInt64>> { _ in Atomic(0) }
    let latency = InlineArray<50, Atomic<UInt64>> { _ in Atomic(0) }
    let latencySum = Atomic<UInt64>(0)

    // MARK: The oldest requests in progress

    let entries = InlineArray<16, InFlightEntry> { _ in InFlightEntry() }

    init() {}
}

/// The counters of a row, by position.
package enum ScoreboardCounter: Int, CaseIterable, Sendable {
    /// Connections taken off an accept queue.
    case accepted
    /// Requests answered, of whatever protocol.
    case requests
    /// Peers' mistakes and broken connections.
    case errors
    case bytesReceived
    case bytesSent
    /// Times that the worker could not wait for connections although it wanted to.
    case listenFailures
    /// Connections ended to make room for others.
    case evicted
}
