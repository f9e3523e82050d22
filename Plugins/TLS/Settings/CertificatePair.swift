import DroverCore

/// A certificate with its key, by the paths of their files.
struct CertificatePair: Sendable {
    let certificate: SettingsNode
    let key: SettingsNode
    let password: SettingsNode?
    let staple: SettingsNode?
    /// The names it is for; nil for those that it states itself.
    let names: [String]?
}

extension CertificatePair {
    private static let keys = ["names", "certfile", "keyfile", "key_password_file", "ocsp_staple_file"]

    /// Reads an entry of `certificates`.
    init(_ node: SettingsNode) throws(SettingsIssue) {
        for entry in try node.entries() {
            guard Self.keys.contains(entry.key) else {
                throw SettingsIssue(
                    "certificates", at: entry.place,
                    "has the unknown setting '\(entry.key)' (there are: \(Self.keys.joined(separator: ", ")))")
            }
            if entry.key != "names" { _ = try SettingType.path.value(of: entry.value) }
        }
        certificate = try node.required("certfile")
        key = node["keyfile"] ?? certificate
        password = node["key_password_file"]
        staple = node["ocsp_staple_file"]
        names = if let names = node["names"] { try Self.serverNames(names) } else { nil }
    }

    private static func serverNames(_ node: SettingsNode) throws(SettingsIssue) -> [String] {
        let names = try node.strings()
        for name in names where !ServerNameText.isName(name) {
            throw node.issue("has '\(name)', which is no name such as example.org or *.example.org")
        }
        return names
    }
}
