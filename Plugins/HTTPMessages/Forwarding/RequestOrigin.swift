import DroverCore
public import DroverSystem

/// Where a request came from, as proxies that are trusted say.
public struct RequestOrigin: Sendable, Equatable {
    /// The first address on the way here that is not one of the trusted proxies; nil if they do not say.
    public var client: SocketAddress?
    /// Whether the client spoke `https`; nil if they do not say.
    public var isSecure: Bool?
    /// The host that the client asked for; nil if they do not say.
    public var host: String?

    /// An origin in parts.
    init(client: SocketAddress?, isSecure: Bool?, host: String?) {
        self.client = client
        self.isSecure = isSecure
        self.host = host
    }

    /// What the fields of `head` say, which came from a trusted peer.
    ///
    /// A word without a meaning states nothing. Refused is only what would let a client decide for others.
    ///
    /// - Throws: `HeadRejection.forwarded` where the client may have hidden the proxy's word behind an open quote,
    ///   `.forwardedHost` for a host that is none, `.forwardedConflict` if `Forwarded` and the others disagree: a proxy
    ///   that writes the one passes on what the client says in the other.
    public init(_ head: RequestHead, _ bytes: RawSpan, _ trusted: AddressRanges) throws(HeadRejection) {
        var elements: [ForwardedElement] = []
        var lists = ForwardedPath()
        for field in head.fields {
            let value = bytes.extracting(field.value.range)
            switch ForwardedField(bytes.extracting(field.name.range)) {
            case .forwarded?:
                guard let more = ForwardedElement.parse(value) else { throw .forwarded }
                elements += more
            case .addresses?: lists.append(clients: value)
            case .scheme?: lists.append(schemes: value)
            case .host?: lists.append(hosts: value)
            case nil: break
            }
        }
        self = try lists.origin(trusted)
        if !elements.isEmpty { try agree(with: ForwardedPath(elements).origin(trusted)) }
    }

    /// Takes what `other` knows beside.
    private mutating func agree(with other: RequestOrigin) throws(HeadRejection) {
        if let client, let address = other.client, client.host != address.host { throw .forwardedConflict }
        if let isSecure, let scheme = other.isSecure, isSecure != scheme { throw .forwardedConflict }
        if let host, let name = other.host, !FoldedBytes.equal(host, name) { throw .forwardedConflict }
        client = other.client ?? client
        isSecure = other.isSecure ?? isSecure
        host = other.host ?? host
    }
}
