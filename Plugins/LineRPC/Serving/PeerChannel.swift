internal import DroverCore
internal import DroverLineRPCMessages
internal import DroverSystem

internal import struct Synchronization.Atomic

/// What others leave for the task of a connection: results of calls that ran beside it, and notifications.
///
/// Short calls do not come through here, so its lock is not on their way.
final class PeerChannel: @unchecked Sendable {
    enum Entry {
        /// A call has ended.
        case finished(call: Int, CallOutcome)
        /// A message that is to be sent, framed.
        case message([UInt8])
    }

    let address: SocketAddress
    private let framing: RPCFraming
    private let limit: Int
    private let lock = Lock()
    // Nil once it has ended.
    private var connection: Connection?
    private var entries: [Entry] = []
    private var waiting = 0

    init(_ connection: Connection, framing: RPCFraming, limit: Int) {
        self.connection = connection
        self.framing = framing
        self.limit = limit
        address = connection.peer
    }

    var isOpen: Bool { lock.withLock { connection != nil } }

    /// Leaves the outcome of a call, which somebody takes in any case.
    func finish(call: Int, _ outcome: CallOutcome) {
        lock.withLock { put(.finished(call: call, outcome)) }
    }

    /// Leaves a message.
    func send(_ message: [UInt8]) throws(RPCPeerError) {
        let framed = framing.framed(message)
        let refusal: RPCPeerError? = lock.withLock {
            if connection == nil { return .gone }
            if waiting + framed.count > limit { return .slow(limit: limit) }
            waiting += framed.count
            put(.message(framed))
            return nil
        }
        if let refusal { throw refusal }
    }

    // Under the lock, so that nobody nudges a connection that has ended. Whoever finds entries has been nudged already.
    private func put(_ entry: Entry) {
        entries.append(entry)
        if entries.count == 1 { connection?.nudge() }
    }

    /// What was left since the last time.
    func take() -> [Entry] {
        lock.withLock {
            if entries.isEmpty { return [] }
            waiting = 0
            let taken = entries
            entries = []
            return taken
        }
    }

    /// Takes no more messages.
    func close() {
        lock.withLock { connection = nil }
    }
}

/// How a call has ended.
enum CallOutcome: Sendable {
    /// With a result in JSON.
    case result([UInt8])
    /// With an error that it has thrown.
    case failure(any Error)
}
