/// What a proxy in front of the server has said about a client's connection to it.
///
/// The facts come from version 2 of the PROXY protocol (HAProxy's proxy-protocol.txt, section 2.2), whose header may hold
/// more than addresses. They are as true as the peers in `proxy_allow_ips` are. ``Connection/security`` is about the way
/// from the proxy to this server; the facts are about the way from the client to the proxy.
public struct ProxyFacts: Sendable, Equatable {
    /// Whether the client's connection to the proxy is encrypted; nil if the proxy does not say.
    public var isEncrypted: Bool?
    /// How the connection is kept secret, with the client's certificate; nil if it is not encrypted or the proxy does not
    /// say.
    public var security: ProxiedSecurity?
    /// The protocol that client and proxy have negotiated (ALPN), such as `h2`; nil if the proxy does not say.
    public var applicationProtocol: String?
    /// The host name that the client has asked the proxy for, as a rule by SNI; nil if the proxy does not say.
    public var authority: String?
    /// The proxy's own name for the connection, at most 128 bytes that need not be text; nil if the proxy does not say.
    public var uniqueID: [UInt8]?

    /// The unique id as a name that can stand in a log; nil if the proxy does not say one.
    ///
    /// An id of letters, digits and `-_.:+/=@` alone stays as it is; any other is written in hexadecimal.
    public var uniqueName: String? {
        guard let uniqueID else { return nil }
        let isName = uniqueID.allSatisfy { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-_.:+/=@".utf8.contains(byte)
        }
        if isName { return String(decoding: uniqueID, as: UTF8.self) }
        return uniqueID.reduce(into: "") { $0 += String($1 >> 4, radix: 16) + String($1 & 15, radix: 16) }
    }

    /// Facts about a connection.
    public init(
        isEncrypted: Bool? = nil, security: ProxiedSecurity? = nil, applicationProtocol: String? = nil,
        authority: String? = nil, uniqueID: [UInt8]? = nil
    ) {
        self.isEncrypted = isEncrypted
        self.security = security
        self.applicationProtocol = applicationProtocol
        self.authority = authority
        self.uniqueID = uniqueID
    }
}

/// How a client's connection to a proxy is kept secret, as the proxy says.
public struct ProxiedSecurity: Sendable, Equatable {
    /// The version, such as `TLSv1.3`; nil if the proxy does not say.
    public var version: String?
    /// The cipher, by the name that the proxy's library gives it; nil if the proxy does not say.
    public var cipher: String?
    /// The certificate that the client has shown to the proxy; nil if it has shown none.
    public var certificate: ProxiedCertificate?

    /// Facts about a connection.
    public init(version: String? = nil, cipher: String? = nil, certificate: ProxiedCertificate? = nil) {
        self.version = version
        self.cipher = cipher
        self.certificate = certificate
    }
}

/// The certificate that a client has shown to a proxy, as the proxy says.
public struct ProxiedCertificate: Sendable, Equatable {
    /// The common name of the certificate's subject; nil if the proxy does not say.
    public var commonName: String?
    /// Whether the proxy has verified the certificate.
    public var isVerified: Bool
    /// Whether the client showed the certificate earlier, for a session that this connection has resumed.
    public var isFromEarlierConnection: Bool

    /// Facts about a certificate.
    public init(commonName: String? = nil, isVerified: Bool, isFromEarlierConnection: Bool = false) {
        self.commonName = commonName
        self.isVerified = isVerified
        self.isFromEarlierConnection = isFromEarlierConnection
    }
}
