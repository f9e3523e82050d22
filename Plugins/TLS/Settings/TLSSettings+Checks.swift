import DroverCore

// What each setting alone cannot tell.
extension TLSSettings {
    /// Finds files that have no effect, or are missing.
    func checkCertificates(_ node: SettingsNode) throws(SettingsIssue) {
        if certificate == nil, let idle = [key, password, staple].compactMap({ $0 }).first {
            throw idle.issue("has no effect without a 'certfile'")
        }
        if clients != .none, authorities == nil {
            throw node.issue(
                of: "cert_reqs", "is '\(clients.rawValue)', but 'ca_certs' does not say whose certificates are right")
        }
        if let revocations, clients == .none {
            throw revocations.issue("has no effect: with 'cert_reqs: none' no client shows a certificate")
        }
    }

    /// Finds versions, ciphers and sessions that do not go together.
    func checkProtocol(_ node: SettingsNode) throws(SettingsIssue) {
        if minimumVersion > maximumVersion {
            throw node.issue(of: "minimum_version", "is newer than the 'maximum_version'")
        }
        if earlyData > 0, !hasTickets { throw node.issue(of: "early_data", "needs 'session_tickets'") }
        if hasTickets, lifetime < 1 {
            throw node.issue(
                of: "session_lifetime",
                "must be at least 1 s; to switch resumption off there is 'session_tickets: false'")
        }
        if maximumVersion < .tls13 {
            let newer = [suites, earlyData > 0 ? node["early_data"] : nil].compactMap { $0 }
            if let idle = newer.first {
                throw idle.issue("has no effect: it is for TLS 1.3, and the 'maximum_version' is older")
            }
        }
        if let suites { try Self.checkSuites(suites) }
    }

    // OpenSSL passes over suites that it does not know.
    private static let knownSuites: Set<String> = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    ]

    private static func checkSuites(_ node: SettingsNode) throws(SettingsIssue) {
        for name in try node.string().split(separator: ":") where !knownSuites.contains(String(name)) {
            throw node.issue(
                "has the unknown cipher '\(name)' (there are: \(knownSuites.sorted().joined(separator: ", ")))")
        }
    }
}
