import DroverCore

extension TLSSettings {
    /// Reads the section, with every default filled in; files are not looked at.
    ///
    /// - Throws: `SettingsIssue` for a value that makes no sense.
    init(section: SettingsNode) throws {
        place = section.place
        ciphers = try section.required("ciphers")
        suites = section["ciphersuites"]
        groups = section["groups"]
        clients = ClientCertificates(rawValue: try section.string("cert_reqs")) ?? .none
        authorities = section["ca_certs"]
        revocations = section["crl_file"]
        minimumVersion = Version(rawValue: try section.string("minimum_version")) ?? .tls12
        maximumVersion = Version(rawValue: try section.string("maximum_version")) ?? .tls13
        hasTickets = try section.boolean("session_tickets")
        lifetime = Int(try section.duration("session_lifetime").components.seconds)
        earlyData = try section.byteCount("early_data")
        watches = try section.boolean("watch")
        if let names = section["alpn"] { protocolNames = try Self.protocolNames(names) }
        if let main = try Self.mainPair(section) { pairs.append(main) }
        for element in try section["certificates"]?.elements() ?? [] { pairs.append(try Self.pair(element)) }
        try check(section)
    }

    private func check(_ section: SettingsNode) throws {
        if minimumVersion > maximumVersion {
            throw try section.required("minimum_version").issue("is newer than the 'maximum_version'")
        }
        if clients != .none, authorities == nil {
            throw try section.required("cert_reqs").issue(
                "is '\(clients.rawValue)', but 'ca_certs' does not say whose certificates are right")
        }
        if let revocations, clients == .none {
            throw revocations.issue("has no effect: with 'cert_reqs: none' nobody shows a certificate")
        }
        if earlyData > 0, !hasTickets {
            throw try section.required("early_data").issue("needs 'session_tickets'")
        }
        if hasTickets, lifetime < 1 {
            throw try section.required("session_lifetime").issue(
                "must be at least 1 s; to switch resumption off there is 'session_tickets: false'")
        }
        if maximumVersion < .tls13 {
            let newer = [suites, earlyData > 0 ? section["early_data"] : nil].compactMap { $0 }
            if let idle = newer.first {
                throw idle.issue("has no effect: it is for TLS 1.3, and the 'maximum_version' is older")
            }
        }
        if let suites { try Self.checkSuites(suites) }
    }

    private static func mainPair(_ section: SettingsNode) throws -> Pair? {
        guard let certificate = section["certfile"] else {
            for name in ["keyfile", "key_password_file", "ocsp_staple_file"] {
                if let node = section[name] { throw node.issue("has no effect without a 'certfile'") }
            }
            return nil
        }
        return Pair(
            certificate: certificate, key: section["keyfile"] ?? certificate, password: section["key_password_file"],
            staple: section["ocsp_staple_file"], names: nil)
    }

    private static let pairKeys = ["names", "certfile", "keyfile", "key_password_file", "ocsp_staple_file"]

    private static func pair(_ node: SettingsNode) throws -> Pair {
        for entry in try node.entries() {
            guard pairKeys.contains(entry.key) else {
                throw SettingsIssue(
                    "certificates", at: entry.place,
                    "has the unknown setting '\(entry.key)' (there are: \(pairKeys.joined(separator: ", ")))")
            }
            if entry.key != "names" { _ = try SettingType.path.value(of: entry.value) }
        }
        let certificate = try node.required("certfile")
        return Pair(
            certificate: certificate, key: node["keyfile"] ?? certificate, password: node["key_password_file"],
            staple: node["ocsp_staple_file"], names: try node["names"].map(serverNames))
    }

    private static func serverNames(_ node: SettingsNode) throws -> [String] {
        let names = try node.strings()
        for name in names where !ServerNameText.isName(name) {
            throw node.issue("has '\(name)', which is no name such as example.org or *.example.org")
        }
        return names
    }

    private static func protocolNames(_ node: SettingsNode) throws -> [String] {
        let names = try node.strings()
        for name in names where name.isEmpty || name.utf8.count > 255 {
            throw node.issue("must be names of 1 to 255 bytes, not '\(name)'")
        }
        return names
    }

    // OpenSSL passes over suites that it does not know.
    private static let suites: Set<String> = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    ]

    private static func checkSuites(_ node: SettingsNode) throws {
        for name in try node.string().split(separator: ":") where !suites.contains(String(name)) {
            throw node.issue(
                "has the unknown cipher '\(name)' (there are: \(suites.sorted().joined(separator: ", ")))")
        }
    }
}
