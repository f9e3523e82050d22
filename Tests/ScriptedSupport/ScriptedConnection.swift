internal import DroverBytes
package import DroverCore
package import DroverSystem

/// A client that has written its lines beforehand, and the server's side of it without a socket.
package final class ScriptedSession: TransportSession {
    package let socket = StreamSocket.closed
    private var script: [[UInt8]]
    /// What the server sent, call by call.
    package private(set) var sent: [[UInt8]] = []

    /// A client that sends `script`, piece by piece, and ends.
    package init(_ script: [[UInt8]]) {
        self.script = script.filter { !$0.isEmpty }
    }

    /// Whether it has said everything.
    var isSilent: Bool { script.isEmpty }

    package func receive(into space: inout OutputRawSpan) -> TransferResult {
        guard let first = script.first else { return .endOfStream }
        let count = min(first.count, space.freeCapacity)
        for byte in first.prefix(count) { space.append(byte) }
        if count < first.count { script[0].removeFirst(count) } else { script.removeFirst() }
        return .bytes(count)
    }

    package func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult {
        sent.append([UInt8](copying: first) + [UInt8](copying: second))
        return .bytes(first.byteCount + second.byteCount)
    }
}

/// A place whose time passes at once: a task that waits has waited too long, unless something runs beside it.
package final class ImpatientPlace: ConnectionPlace, @unchecked Sendable {
    package let host: ConnectionHost
    // No worker's loop waits for the streams that a protocol opens, so they have a thread; one does for all tests.
    private static let streams = StreamLoop()
    /// How often a connection has let the others go first.
    package private(set) var turns = 0
    /// Why a connection of messages broke, if one did.
    package private(set) var end: ConnectionError?

    package init(_ identity: WorkerIdentity, _ ledger: Ledger) {
        host = ConnectionHost(identity: identity, ledger: ledger, streams: Self.streams)
        host.place = self
        // A host does not keep its place, and a test may keep no more than the connection.
        _ = Unmanaged.passRetained(self)
    }

    package func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        turns += 1
        continuation.resume(returning: .ready)
    }

    package func noteEnd(of connection: Connection, _ error: ConnectionError) { end = error }

    package func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>
    ) {
        guard connection.hasTasksBeside else { return continuation.resume(returning: .timedOut) }
        // The connection's own task waits meanwhile.
        nonisolated(unsafe) let connection = connection
        Task { continuation.resume(returning: await companyOf(connection, until: deadline)) }
    }

    /// What ends a wait for tasks that take real time.
    private func companyOf(_ connection: Connection, until deadline: Int64) async -> Wakeup {
        while connection.hasTasksBeside, !connection.isNudged {
            try? await Task.sleep(for: .milliseconds(1))
            host.clock.refresh()
            if host.clock.milliseconds >= deadline { return .timedOut }
        }
        return connection.isNudged ? .nudged : .timedOut
    }
}

/// What came of serving one scripted connection.
package struct Exchange {
    /// All that was sent.
    package let bytes: [UInt8]
    /// The same as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// How many calls that took.
    package let sends: Int
    /// What the worker counted.
    package let requests: Int
    /// How many mistakes it counted.
    package let errors: Int

    /// The replies' status lines.
    package var statuses: [String] {
        text.split(separator: "HTTP/1.1 ").filter { $0.first?.isNumber == true }.map {
            String($0.prefix { $0 != "\r\n" })
        }
    }

    /// The body of the last reply.
    package var body: String {
        let bytes = Array(text.utf8)
        let end = bytes.indices.dropLast(3).last { Array(bytes[$0..<$0 + 4]) == Array("\r\n\r\n".utf8) }
        return end.map { String(decoding: bytes[($0 + 4)...], as: UTF8.self) } ?? ""
    }

    /// A place to count; it stays mapped, so one has to do for exchanges that follow each other.
    package static func newRow() throws -> RowReference { try Scoreboard(capacity: 1).row(0) }

    /// Serves a client that sends `pieces` and then ends, or with `waits` then keeps silent; with `atOnce` as far as it goes
    /// without a task.
    package static func serve(
        _ pieces: [[UInt8]], waits: Bool = false, drains: Bool = false, atOnce: Bool = false,
        peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711), row: RowReference? = nil, by handler: any ServerProtocol
    ) async throws -> Exchange {
        let row = try row ?? newRow()
        row.occupy(slot: 0, generation: 1, now: 1)
        let host = ImpatientPlace(WorkerIdentity(pid: 41, slot: 2, generation: 3), Ledger(row: row)).host
        if drains { host.startDraining() }
        let session = ScriptedSession(pieces)
        let listener = WorkerListener(
            descriptor: -1, address: .unnamed, settings: ListenerSettings(),
            limits: ConnectionLimits(TimeoutSettings()), transport: PlainTransport(), protocolHandler: handler)
        let connection = Connection(
            id: 7, token: 0, peer: peer, session: session, listener: listener, host: host)
        try await connection.handshake()
        // A peer that is known to have ended is read to its end without waiting in between.
        connection.deliver(.input(ended: !waits))
        if !atOnce || beginAtOnce(connection, session, waits: waits) {
            if !connection.isOver { do { try await handler.serve(connection) } catch is ConnectionError {} }
            await connection.finish()
        }
        return Exchange(
            bytes: session.sent.flatMap { $0 }, sends: session.sent.count,
            requests: Int(row.totals.requests), errors: Int(row.totals.errors))
    }

    /// Whether a task has to go on.
    private static func beginAtOnce(_ connection: Connection, _ session: ScriptedSession, waits: Bool) -> Bool {
        precondition(connection.restFromTheBeginning())
        while true {
            switch connection.advance() {
            case .over:
                _ = connection.finishAtOnce()
                return false
            case .turn: continue
            case .waits where !session.isSilent: connection.deliver(.input(ended: !waits))
            case .waits, .needsTask:
                connection.beginTask()
                return true
            }
        }
    }
}
