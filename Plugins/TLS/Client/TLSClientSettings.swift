public import DroverCore

/// What the client's end of TLS wants of a server, and what it shows.
public struct TLSClientSettings: Sendable, Equatable {
    /// The certificate that a client shows where a server asks for one, with its key, from files in PEM.
    public struct Identity: Sendable, Equatable {
        /// The file with the certificate, and behind it those up to the authority's.
        public var certificateFile: String
        /// The file with the private key; it may be the same.
        public var keyFile: String
        /// The file with the key's passphrase in its first line; nil for a key without one.
        public var passwordFile: String?

        /// The certificate in one file, with its key in the same or another.
        public init(certificateFile: String, keyFile: String? = nil, passwordFile: String? = nil) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile ?? certificateFile
            self.passwordFile = passwordFile
        }
    }

    /// Whom a server's certificate must be from.
    public enum Authorities: Sendable, Equatable {
        /// The system's, where OpenSSL looks for them: `SSL_CERT_FILE` and `SSL_CERT_DIR`, or what `openssl version -d`
        /// says; SSL_CTX_set_default_verify_paths(3).
        case system
        /// Those in a file in PEM, and no others.
        case file(String)
    }

    /// Whom a server's certificate must be from.
    public var authorities = Authorities.system
    /// The name that the server is asked for and that its certificate must have; nil for the name or address that is
    /// connected to.
    ///
    /// SNI, RFC 6066 section 3, and SSL_set1_host(3).
    public var serverName: String?
    /// Whether a server whose certificate is wrong, or another's, is refused.
    ///
    /// Without that the bytes are secret, but with whom is unknown.
    public var verifiesServer = true
    /// The certificate to show where the server asks for one; nil for none.
    public var identity: Identity?
    /// The protocols to offer by name, the best first (ALPN, RFC 7301), each of 1 to 255 bytes; none for no offer.
    ///
    /// Which one the server has chosen is the handshake's ``Handshake/negotiatedProtocol``.
    public var protocolNames: [String] = []
    /// The oldest version that will do.
    public var minimumVersion = TLSVersion.tls12

    /// Settings for servers with a certificate that the system trusts.
    public init() {}
}

/// A version of TLS.
public enum TLSVersion: String, Sendable, Comparable, ChoosableSetting {
    /// RFC 5246.
    case tls12 = "1.2"
    /// RFC 8446.
    case tls13 = "1.3"

    /// What it is called where the settings list what there is.
    public static let settingNoun = "version"

    /// Whether `left` is the older one.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}
