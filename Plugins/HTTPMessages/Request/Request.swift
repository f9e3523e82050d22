public import DroverCore
public import DroverSystem

/// An HTTP request as a handler sees it.
///
/// It is a reference to the bytes that came: text is made only of what is asked for. It may be kept as long as one
/// likes and read by any task, since it has values of its connection and not the connection. Only ``body``,
/// ``local`` and ``sendEarlyHints(_:)`` need that, and have it while the handler runs.
public struct Request: Sendable {
    let storage: RequestStorage

    /// The request in `storage`.
    public init(_ storage: RequestStorage) {
        self.storage = storage
    }

    /// What the request asks to be done.
    public var method: HTTPMethod {
        switch storage.head.methodCode {
        case .get: .get
        case .head: .head
        case .post: .post
        case .put: .put
        case .delete: .delete
        case .connect: .connect
        case .options: .options
        case .trace: .trace
        case .patch: .patch
        case .other: .other(storage.text(storage.head.method))
        }
    }

    /// The target as it was sent: `/path?query`, rarely `http://host/path?query`, `host:port` or `*`.
    ///
    /// Bytes above 0x7F, which a URL cannot have and some clients send, are percent-escapes here, in ``path`` and in
    /// ``query``; so it is ASCII, and both spellings of `/caf%C3%A9` are one.
    public var target: String {
        storage.targetText(storage.head.target.range)
    }

    /// The target's path as it was sent, percent signs and all; `/` where the target has none.
    public var path: String {
        let path = targetParts.path
        return path.isEmpty ? "/" : storage.targetText(path)
    }

    /// What follows the first `?` of the target, as it was sent; nil if there is no `?`.
    public var query: String? {
        targetParts.query.map { storage.targetText($0) }
    }

    /// The host and port that the request is for, from the target or else from Host; nil if neither says.
    public var authority: String? {
        let head = storage.head
        if let authority = targetParts.authority {
            return storage.text(ByteSlice(from: authority.lowerBound, to: authority.upperBound))
        }
        return head.facts.contains(.host) ? storage.text(head.meaning.host) : nil
    }

    /// The version of HTTP that the peer speaks.
    public var version: HTTPVersion {
        storage.head.version
    }

    /// The address of the client that sent the request first: what trusted proxies say, or else the peer's.
    ///
    /// It has port 0 where a proxy does not tell the port.
    public var client: SocketAddress {
        storage.origin?.client ?? remote
    }

    /// `https` if the client's connection is encrypted, `http` if not.
    ///
    /// Fields of a trusted peer say so first, since they may be about a client further away; then a proxy in the PROXY
    /// protocol, and then the transport.
    public var scheme: String {
        storage.origin?.isSecure ?? storage.peer.isEncrypted ? "https" : "http"
    }

    /// What a proxy has said about the client's connection to it, in the PROXY protocol; nil if that is nothing.
    public var proxied: ProxyFacts? {
        storage.peer.facts?.proxied
    }

    /// How the peer's connection is kept secret, and who the peer is; nil if it is not.
    public var security: TransportSecurity? {
        storage.peer.facts?.security
    }

    /// The host and port that the client asked for: what trusted proxies say, or else ``authority``.
    public var host: String? {
        storage.origin?.host ?? authority
    }

    /// The peer's address: the client's, or that of the proxy before this server.
    public var remote: SocketAddress {
        storage.peer.address
    }

    /// The address that the peer connected to; unnamed once the request has been answered.
    ///
    /// It asks the kernel, getsockname(2), as long as the connection is there.
    public var local: SocketAddress {
        storage.access.look { $0.connection?.local ?? .unnamed } ?? .unnamed
    }

    /// The body, which is read from the connection as it is asked for.
    public var body: RequestBody {
        RequestBody(storage: storage.hasBody ? storage : nil)
    }

    /// A name for this request in logs.
    ///
    /// It is the name that a trusted proxy gives the request in X-Request-Id. Without one it is the name that a proxy
    /// gives the connection in the PROXY protocol, with `-2` and so on behind it from the second request on. Without
    /// either it is made of the worker's process, its connection and the request on it.
    public var id: String {
        if let name = header("x-request-id"), storage.comesFromTrustedPeer, Self.isName(name) { return name }
        if let name = proxied?.uniqueName {
            return storage.sequence > 1 ? "\(name)-\(storage.sequence)" : name
        }
        return "\(storage.peer.process)-\(storage.peer.connection)-\(storage.sequence)"
    }

    /// Whether `text` can stand in a line of a log as it is.
    private static func isName(_ text: String) -> Bool {
        let marks: [UInt8] = Array("-_.:+/=@".utf8)
        return !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || marks.contains($0) }
    }
}
