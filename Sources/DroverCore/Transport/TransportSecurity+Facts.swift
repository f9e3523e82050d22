extension TransportSecurity {
    /// What a line of the access log can say about it, by the atom's name: `%({version}x)s`.
    package enum Fact: String, CaseIterable, Sendable {
        case version
        case cipher
        case alpn
        case serverName = "server_name"
        case resumed
        case clientSubject = "client_subject"
        case clientNames = "client_names"
        case clientVerify = "client_verify"
    }

    /// The fact as text; nil where there is none.
    package func text(_ fact: Fact) -> String? {
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
