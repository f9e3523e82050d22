internal import DroverCore
internal import DroverLineRPCMessages
internal import DroverSystem

/// Messages that any thread leaves for a client, to be sent when its connection comes to it.
///
/// Short calls do not come through here, so its lock is not on their way.
final class PeerChannel: @unchecked Sendable {
    let address: SocketAddress
    private let handle: StreamHandle
    private let framing: RPCFraming
    private let limit: Int
    private let lock = Lock()
    // Guarded by the lock: messages, framed, and how many bytes they have.
    private var messages: [[UInt8]] = []
    private var waiting = 0
    private var isClosed = false

    init(_ connection: Connection, framing: RPCFraming, limit: Int) {
        handle = connection.handle
        self.framing = framing
        self.limit = limit
        address = connection.peer
    }

    var isOpen: Bool { lock.withLock { !isClosed } }

    /// Leaves a message.
    func send(_ message: [UInt8]) throws(RPCPeerError) {
        let framed = framing.framed(message)
        let refusal: RPCPeerError? = lock.withLock {
            if isClosed { return .gone }
            if waiting + framed.count > limit { return .slow(limit: limit) }
            waiting += framed.count
            messages.append(framed)
            return nil
        }
        if let refusal { throw refusal }
        handle.nudge()
    }

    /// What was left since the last time.
    func take() -> [[UInt8]] {
        lock.withLock {
            if messages.isEmpty { return [] }
            waiting = 0
            let taken = messages
            messages = []
            return taken
        }
    }

    /// Takes no more messages.
    func close() {
        lock.withLock { isClosed = true }
    }
}

/// How a call has ended.
enum CallOutcome: Sendable {
    /// With a result in JSON.
    case result([UInt8])
    /// With an error that it has thrown.
    case failure(any Error)
}
