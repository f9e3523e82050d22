/// What a transport and its peer have agreed on to keep the bytes secret.
public struct TransportSecurity: Sendable, Equatable {
    /// The version, such as `TLSv1.3`.
    public var version: String
    /// The cipher, by the name that its standard or its library gives it.
    public var cipher: String
    /// The protocol that was negotiated (ALPN); nil if the peer offered none.
    public var applicationProtocol: String?
    /// The name that the peer asked for (SNI); nil if it named none.
    public var serverName: String?
    /// Whether it goes on from an earlier connection's secrets.
    public var isResumed: Bool
    /// Who the peer is; nil if it showed no certificate.
    public var peer: PeerCertificate?

    /// Facts about a connection.
    public init(
        version: String, cipher: String, applicationProtocol: String? = nil, serverName: String? = nil,
        isResumed: Bool = false, peer: PeerCertificate? = nil
    ) {
        self.version = version
        self.cipher = cipher
        self.applicationProtocol = applicationProtocol
        self.serverName = serverName
        self.isResumed = isResumed
        self.peer = peer
    }
}

/// The certificate that a peer has shown.
public struct PeerCertificate: Sendable, Equatable {
    /// Whose it is, as RFC 4514 writes names: `CN=alice,O=Example`.
    public var subject: String
    /// Who signed it.
    public var issuer: String
    /// Its number among its issuer's, in hexadecimal.
    public var serial: String
    /// Its other names: `DNS:alice.example`, `email:alice@example.org`, `URI:…`, `IP:192.0.2.1`.
    public var alternativeNames: [String]
    /// `ok`, or what the verification found wrong with it.
    public var verification: String

    /// Facts about a certificate.
    public init(
        subject: String, issuer: String, serial: String, alternativeNames: [String] = [], verification: String
    ) {
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.alternativeNames = alternativeNames
        self.verification = verification
    }
}
