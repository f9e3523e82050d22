public import DroverCore
public import DroverSystem

/// TLS on connections that this process opens, with OpenSSL.
///
/// One serves any number of connections, to different servers too. Sessions are not resumed.
public struct TLSClientTransport: ClientTransport {
    private let context: TLSClientContext

    /// A client's end as `settings` say; files are read now, and once.
    ///
    /// - Throws: What is wrong with a file or a value, in one line.
    public init(_ settings: TLSClientSettings = TLSClientSettings()) throws(SettingsIssue) {
        context = try TLSClientContext(settings)
    }

    /// A session that shakes hands as the client, and asks for `host` unless the settings have another name.
    ///
    /// The socket may still be connecting. The handshake fails with one line when the server's certificate is not accepted.
    /// With TLS 1.3 it is complete before the server has looked at the client's: a refusal is the first thing received.
    public func open(_ socket: consuming StreamSocket, to host: String) -> any TransportSession {
        TLSSession(socket, .client(context, name: context.serverName ?? host))
    }
}
