internal import DroverCore
internal import DroverLineRPCMessages
public import DroverSystem

/// A client at the other end of a connection, to be told things without having asked.
///
/// It may be kept beyond the call, and used from any thread.
public struct RPCPeer: Sendable, Hashable {
    let channel: PeerChannel

    /// Where the client is.
    public var address: SocketAddress { channel.address }
    /// Whether its connection still stands.
    public var isConnected: Bool { channel.isOpen }

    /// Sends a notification; it leaves as soon as the connection's task comes to it.
    ///
    /// - Throws: `RPCPeerError` when the client is gone or does not take what was sent before, and what encoding the
    ///   params throws.
    public func notify<each Param: Encodable>(_ method: String, _ params: repeat each Param) throws {
        try notify(method, json: PositionalParams.encode(repeat each params))
    }

    /// Sends a notification whose params have names: the members of `params`, which encodes as an object.
    ///
    /// - Throws: as `notify(_:_:)`.
    public func notify(_ method: String, named params: some Encodable) throws {
        var bytes: [UInt8] = []
        try JSONCoding.encode(params, into: &bytes)
        try notify(method, json: bytes)
    }

    private func notify(_ method: String, json params: [UInt8]) throws {
        var writer = MessageWriter()
        writer.request(method, params: params, id: nil)
        try channel.send(writer.bytes)
    }

    /// Whether both are the same connection.
    public static func == (one: RPCPeer, other: RPCPeer) -> Bool { one.channel === other.channel }

    /// Hashes which connection it is.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(channel))
    }
}

/// Why a client cannot be told anything.
public enum RPCPeerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its connection has ended.
    case gone
    /// It has not taken what was sent before, and more does not wait for it.
    case slow(limit: Int)

    /// What happened, for a log line.
    public var description: String {
        switch self {
        case .gone: "the client's connection has ended"
        case .slow(let limit): "the client has not taken \(limit) bytes of notifications (line_rpc.max_pending_output)"
        }
    }
}
