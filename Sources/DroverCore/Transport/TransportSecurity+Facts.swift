extension TransportSecurity {
    /// What a line of the access log can say about it, by the atom's name: `%({version}x)s`.
    public enum Fact: String, CaseIterable, Sendable {
        /// The version of the transport's protocol.
        case version
        /// The cipher.
        case cipher
        /// The protocol that was negotiated, RFC 7301.
        case alpn
        /// The name of the server that the client has asked for.
        case serverName = "server_name"
        /// `resumed` for a session that goes on, `new` for another.
        case resumed
        /// The subject of the client's certificate.
        case clientSubject = "client_subject"
        /// The other names of the client's certificate.
        case clientNames = "client_names"
        /// What came of checking the client's certificate.
        case clientVerify = "client_verify"
    }

    /// The fact as text; nil where there is none.
    public func text(_ fact: Fact) -> String? {
        switch fact {
        case .version: version
        case .cipher: cipher
        case .alpn: applicationProtocol
        case .serverName: serverName
        case .resumed: isResumed ? "resumed" : "new"
        case .clientSubject: peer?.subject
        case .clientNames: peer.map { $0.alternativeNames.joined(separator: ",") }
        case .clientVerify: peer?.verification
        }
    }
}
