public import DroverCore
public import DroverSystem

/// What a request knows of its connection: values, which may be kept longer than the connection lasts.
public struct PeerFacts: Sendable {
    /// The peer's address, or that of the client that a trusted proxy speaks for in the PROXY protocol.
    public var address = SocketAddress.unnamed
    /// Whether the client's bytes are kept secret where it sends them.
    public var isEncrypted = false
    /// What has been learnt about the connection before its first request; nil if that is nothing.
    public var facts: ConnectionFacts?
    /// The connection's number in its worker.
    public var connection: UInt64 = 0
    /// The worker's process id.
    public var process: Int32 = 0

    /// Nothing is known.
    public init() {}

    /// What is known of `connection`.
    @inline(__always)
    public init(of connection: Connection) {
        address = connection.peer
        facts = connection.facts
        isEncrypted = connection.isClientEncrypted
        self.connection = connection.id
        process = connection.worker.pid
    }
}
