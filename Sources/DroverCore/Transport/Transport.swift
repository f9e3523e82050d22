public import DroverSystem

/// How bytes travel between a socket and a connection: plain, or wrapped in something.
///
/// One value serves a listener; each accepted socket gets a session of its own.
public protocol Transport: Sendable {
    /// Takes over a socket that was just accepted. Must not block and must not do input or output yet.
    func open(_ socket: consuming StreamSocket) -> any TransportSession
    /// What it has to do in the arbiter; most have nothing.
    var upkeep: (any TransportUpkeep)? { get }
    /// Mistakes in what the transport was made of that do not keep it from working; `check-config` shows them.
    var warnings: [SettingsIssue] { get }
}

extension Transport {
    /// Most transports have nothing to do there.
    public var upkeep: (any TransportUpkeep)? { nil }
    /// Most transports have no such mistakes: they work, or cannot be made.
    public var warnings: [SettingsIssue] { [] }
}

/// How bytes travel on a connection that this process opens: the other end of a ``Transport``.
public protocol ClientTransport: Sendable {
    /// Takes over a socket that is connected to a server, which goes by the name `host`. Must not block and must not do
    /// input or output yet.
    ///
    /// The session's handshake is the client's half; what was agreed on comes with its end.
    func open(_ socket: consuming StreamSocket, to host: String) -> any TransportSession
}
