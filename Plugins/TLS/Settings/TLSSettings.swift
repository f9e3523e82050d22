import DroverCore

/// What the `tls:` section says for a listener; paths keep the place where they were written.
struct TLSSettings: Sendable {
    /// Whether clients show certificates.
    enum ClientCertificates: String, Sendable, ChoosableSetting {
        case none, optional, required

        static let settingNoun = "requirement"
    }

    /// Where the section stands.
    var place = SettingsPlace.builtIn
    /// The default certificate.
    var certificate: SettingsNode?
    /// Its key, where that is in a file of its own.
    var key: SettingsNode?
    var password: SettingsNode?
    var staple: SettingsNode?
    /// The other certificates.
    var others: [CertificatePair] = []
    var clients = ClientCertificates.none
    var authorities: SettingsNode?
    var revocations: SettingsNode?
    var minimumVersion = TLSVersion.tls12
    var maximumVersion = TLSVersion.tls13
    var statedCiphers: SettingsNode? = Self.intermediateCiphers
    var suites: SettingsNode?
    var groups: SettingsNode?
    /// The protocols to negotiate; nil for those that the listener's protocol goes by.
    var protocolNames: [String]?
    var hasTickets = true
    /// How long a session can be resumed.
    var sessionLifetime = Duration.seconds(43_200)
    /// The largest number of bytes that a client may send before the handshake is complete.
    var earlyData = 0
    /// Whether certificates change when their files do.
    var watches = false

    /// The defaults.
    init() {}

    /// What `section` says; files are not looked at.
    ///
    /// - Throws: `SettingsIssue` for a value that makes no sense.
    init(section node: SettingsNode) throws {
        self = try Self.section.settings(from: node)
        place = node.place
    }

    /// The certificates with their keys, the default one first.
    var pairs: [CertificatePair] {
        let main = certificate.map {
            CertificatePair(certificate: $0, key: key ?? $0, password: password, staple: staple, names: nil)
        }
        return [main].compactMap { $0 } + others
    }

    /// The ciphers of TLS 1.2.
    var ciphers: SettingsNode { statedCiphers ?? Self.intermediateCiphers }

    /// Seconds for which a session can be resumed.
    var lifetime: Int { Int(sessionLifetime.components.seconds) }

    /// Every file that it names.
    var files: [SettingsNode] {
        pairs.flatMap { [$0.certificate, $0.key, $0.password, $0.staple].compactMap { $0 } }
            + [authorities, revocations].compactMap { $0 }
    }
}
