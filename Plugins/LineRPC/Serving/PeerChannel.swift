internal import DroverCore
internal import DroverLineRPCMessages
internal import DroverSystem

/// Messages that any thread leaves for a client, to be sent when its connection comes to it.
///
/// Short calls do not come through here, so its lock is not on their way.
final class PeerChannel: Sendable {
    private struct Mail {
        /// Framed.
        var messages: [[UInt8]] = []
        /// How many bytes they have.
        var byteCount = 0
        var isClosed = false
    }

    let address: SocketAddress
    private let handle: StreamHandle
    private let framing: RPCFraming
    private let limit: Int
    private let mail = Locked(Mail())

    init(_ connection: Connection, framing: RPCFraming, limit: Int) {
        handle = connection.handle
        self.framing = framing
        self.limit = limit
        address = connection.peer
    }

    var isOpen: Bool { mail.withLock { !$0.isClosed } }

    /// Leaves a message.
    func send(_ message: [UInt8]) throws(RPCPeerError) {
        let framed = framing.framed(message)
        try mail.withLock { mail throws(RPCPeerError) in
            if mail.isClosed { throw .gone }
            if mail.byteCount + framed.count > limit { throw .slow(limit: limit) }
            mail.byteCount += framed.count
            mail.messages.append(framed)
        }
        handle.nudge()
    }

    /// What was left since the last time.
    func take() -> [[UInt8]] {
        mail.withLock { mail in
            let taken = mail.messages
            mail.messages = []
            mail.byteCount = 0
            return taken
        }
    }

    /// Takes no more messages.
    func close() {
        mail.withLock { $0.isClosed = true }
    }
}
