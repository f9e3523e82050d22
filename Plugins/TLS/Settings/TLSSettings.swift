import DroverCore

/// What the `tls:` section says for a listener; paths keep the place where they were written.
struct TLSSettings: Sendable {
    /// A certificate with its key.
    struct Pair: Sendable {
        let certificate: SettingsNode
        let key: SettingsNode
        let password: SettingsNode?
        let staple: SettingsNode?
        /// The names it is for; nil for those that it states itself.
        let names: [String]?
    }

    /// Whether clients show certificates.
    enum ClientCertificates: String, CaseIterable, Sendable {
        case none, optional, required
    }

    /// A version of the protocol.
    enum Version: String, CaseIterable, Sendable, Comparable {
        case tls12 = "1.2"
        case tls13 = "1.3"

        static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where the section stands.
    var place: SettingsPlace
    /// The certificates, the default one first.
    var pairs: [Pair] = []
    var clients = ClientCertificates.none
    var authorities: SettingsNode?
    var revocations: SettingsNode?
    var minimumVersion = Version.tls12
    var maximumVersion = Version.tls13
    var ciphers: SettingsNode
    var suites: SettingsNode?
    var groups: SettingsNode?
    /// The protocols to negotiate; nil for those that the listener's protocol goes by.
    var protocolNames: [String]?
    var hasTickets = true
    /// Seconds for which a session can be resumed.
    var lifetime = 43_200
    /// The largest number of bytes that a client may send before the handshake is complete.
    var earlyData = 0
    /// Whether certificates change when their files do.
    var watches = false

    /// Every file that it names.
    var files: [SettingsNode] {
        pairs.flatMap { [$0.certificate, $0.key, $0.password, $0.staple].compactMap { $0 } }
            + [authorities, revocations].compactMap { $0 }
    }
}
