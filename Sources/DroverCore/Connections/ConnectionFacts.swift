/// What has been learnt about a connection before its first request and does not change any more.
///
/// A value that may be kept and read from any task, while the connection belongs to the task that serves it. Most
/// connections have no such facts: a plain one without a proxy in front has none.
public final class ConnectionFacts: Sendable {
    /// What a proxy has said about the client's connection to it, in the PROXY protocol; nil if it has said nothing but
    /// addresses.
    public let proxied: ProxyFacts?
    /// How the transport keeps the bytes secret and who the peer is; nil where it does not.
    public let security: TransportSecurity?

    /// Facts about a connection; tests and protocols that carry streams of their own make some.
    public init(proxied: ProxyFacts? = nil, security: TransportSecurity? = nil) {
        self.proxied = proxied
        self.security = security
    }
}

extension Connection {
    /// What has been learnt about the connection before its first request; nil if that is nothing.
    ///
    /// The transport is asked once, since its answer takes memory: so ask only where a request has come.
    public var facts: ConnectionFacts? {
        if isEncrypted, noted?.security == nil {
            noted = ConnectionFacts(proxied: noted?.proxied, security: security)
        }
        return noted
    }
}
