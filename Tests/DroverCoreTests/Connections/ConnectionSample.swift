@testable import DroverCore
@testable import DroverSystem

/// A place that says at once why a task goes on, and remembers what it waited for.
///
/// Its clock stands still.
final class ScriptedPlace: ConnectionPlace, @unchecked Sendable {
    struct Wait: Equatable {
        let interest: Interest
        /// Milliseconds from now.
        let patience: Int64
    }

    let host: ConnectionHost
    private(set) var waits: [Wait] = []
    private(set) var limited = 0
    private(set) var ends: [ConnectionError] = []
    private weak var last: Connection?
    /// What happens while the connection waits; it must wake the task.
    var whileWaiting: (Connection, Interest) -> Void = { connection, _ in connection.interrupt(.timedOut) }

    init(row: RowReference) {
        host = ConnectionHost(
            identity: WorkerIdentity(pid: 1, slot: 0, generation: 1), ledger: Ledger(row: row),
            streams: .ofWorker())
        host.place = self
        // A host does not keep its place, and a test may keep no more than the connection.
        _ = Unmanaged.passRetained(self)
    }

    func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        waits.append(Wait(interest: interest, patience: deadline - host.clock.milliseconds))
        last = connection
        connection.wait(interest, until: deadline, continuation)
        whileWaiting(connection, interest)
    }

    func nudged(token: Int32, id: UInt64) { last?.takeNote()?.resume() }

    func noteEnd(of connection: Connection, _ error: ConnectionError) { ends.append(error) }

    func limitRequest(_ connection: Connection, until deadline: Int64) {
        if deadline != .max { limited += 1 }
        connection.requestDue = deadline
    }

    /// Lets a few milliseconds pass.
    func advance() {
        let start = host.clock.milliseconds
        while host.clock.milliseconds < start + 3 { host.clock.refresh() }
    }
}

struct SilentProtocol: ServerProtocol {
    func serve(_ connection: Connection) async throws {}
}

/// Deals with everything at once.
struct DeafProtocol: MessageProtocol {
    func step(_ connection: Connection) -> Step {
        connection.consume(connection.bufferedCount)
        return .rest
    }

    func serveMessage(_ connection: Connection) async throws -> Next { .end }
}

/// A connection over a scripted peer, as a worker would make it.
struct ConnectionSample {
    let peer: ScriptedPeer
    let place: ScriptedPlace
    let row: RowReference
    let connection: Connection
    var host: ConnectionHost { place.host }

    /// A peer that sends each of `arrivals` when the connection waits for it, and then keeps silent until the deadline.
    init(
        _ arrivals: [ScriptedPeer.Arrival] = [], timeouts: TimeoutSettings = TimeoutSettings(),
        by serverProtocol: any ServerProtocol = SilentProtocol(), isEstablished: Bool = true
    ) throws {
        row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let peer = ScriptedPeer(arrivals)
        self.peer = peer
        place = ScriptedPlace(row: row)
        let listener = WorkerListener(
            descriptor: -1, address: .unnamed, settings: ListenerSettings(), limits: ConnectionLimits(timeouts),
            transport: PlainTransport(), protocolHandler: serverProtocol)
        connection = Connection(
            id: 7, token: 0, peer: .unnamed, session: peer, listener: listener, host: place.host)
        if isEstablished { connection.establish(Handshake()) }
        // The test's own task serves it.
        connection.beginTask()
        place.whileWaiting = { connection, interest in
            switch (interest, peer.arrivals.first) {
            case (.output, _), (.either, _): connection.deliver(.room)
            case (.input, .end): connection.deliver(.input(ended: true))
            case (.input, .some): connection.deliver(.readable)
            case (.input, nil): connection.interrupt(.timedOut)
            }
        }
    }

    /// A peer that sends `pieces`, one at a time, and then ends.
    ///
    /// With `endIsKnown` the poller has reported all of it, the end included, before anybody looks.
    init(pieces: [[UInt8]], endIsKnown: Bool = false, timeouts: TimeoutSettings = TimeoutSettings()) throws {
        try self.init(pieces.map { .bytes($0) } + [.end], timeouts: timeouts)
        if endIsKnown { connection.deliver(.input(ended: true)) }
    }
}

extension PollEvents {
    /// Room to send: EPOLLOUT.
    static let room = PollEvents(rawValue: 0x4)
}

extension Connection {
    /// Bytes of memory that its queues hold, used or not.
    var heldMemory: Int { input.count + input.freeCount + output.count + output.freeCount }
}

/// All the ways in which `bytes` can arrive that a test tries: whole, byte by byte, and cut in two at every place.
func deliveries(of bytes: [UInt8]) -> [[[UInt8]]] {
    var all = [[bytes], bytes.map { [$0] }]
    all += bytes.indices.dropFirst().map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    return all
}

/// Runs `body` with a connection for each way in which `text` can arrive.
func forEachDelivery(
    of text: String, _ body: (ConnectionSample) async throws -> Void
) async throws {
    for pieces in deliveries(of: Array(text.utf8)) {
        for endIsKnown in [false, true] { try await body(ConnectionSample(pieces: pieces, endIsKnown: endIsKnown)) }
    }
}

/// Bytes in which every loss, repetition and exchange shows.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &* 7 &+ $0 >> 16) }
}
