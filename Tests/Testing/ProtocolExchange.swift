public import DroverCore
import DroverSystem

/// What came of one client's connection.
public struct ProtocolExchange: Sendable {
    /// All that was sent to the client.
    public let bytes: [UInt8]
    /// How many calls of send(2) that would have been.
    public let sends: Int
    /// How many requests were counted.
    public let requests: Int
    /// How many mistakes of the client were counted.
    public let errors: Int
    /// Why the connection could not go on; nil when it ended in order.
    public let failure: ConnectionError?

    static func run(
        _ serverProtocol: some ServerProtocol, _ pieces: [[UInt8]], isSilent: Bool
    ) async throws -> ProtocolExchange {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let host = HastyHost(identity: WorkerIdentity(pid: 1, slot: 0, generation: 1), ledger: Ledger(row: row))
        let session = WrittenSession(pieces)
        let listener = WorkerListener(
            descriptor: -1, address: .unnamed, settings: ListenerSettings(),
            limits: ConnectionLimits(TimeoutSettings()), transport: PlainTransport(), protocolHandler: serverProtocol)
        let connection = Connection(
            id: 1, token: 0, peer: .ipv4(0x7F00_0001, port: 4711), session: session, listener: listener, host: host)
        // A client that is known to have ended is read to its end without a wait in between.
        connection.deliver(.input(ended: !isSilent))
        var failure: ConnectionError?
        do { try await serverProtocol.serve(connection) } catch let error as ConnectionError { failure = error }
        await connection.finish()
        let totals = row.totals
        return ProtocolExchange(
            bytes: session.sent.flatMap { $0 }, sends: session.sent.count, requests: Int(totals.requests),
            errors: Int(totals.errors), failure: failure)
    }
}

/// A host whose time passes at once: whoever waits has waited for too long.
private final class HastyHost: ConnectionHost, @unchecked Sendable {
    override func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        continuation.resume(returning: .timedOut)
    }
}

/// A client that was written beforehand, in the place of a socket.
private final class WrittenSession: TransportSession {
    let descriptor: Int32 = -1
    private var pieces: [[UInt8]]
    private(set) var sent: [[UInt8]] = []

    init(_ pieces: [[UInt8]]) {
        self.pieces = pieces.filter { !$0.isEmpty }
    }

    func handshake() -> HandshakeStep { .done }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        guard let piece = pieces.first else { return .endOfStream }
        let count = min(piece.count, buffer.count)
        buffer.copyBytes(from: piece.prefix(count))
        if count < piece.count { pieces[0].removeFirst(count) } else { pieces.removeFirst() }
        return .bytes(count)
    }

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult {
        sent.append(Array(first) + Array(second))
        return .bytes(first.count + second.count)
    }

    func endSending() {}
    func close() {}
}
