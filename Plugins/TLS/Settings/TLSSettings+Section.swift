import DroverCore

extension TLSSettings {
    /// Ciphers of TLS 1.2 as Mozilla's intermediate profile has them, all with forward secrecy.
    static let intermediateCiphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    /// The `tls:` section as the core checks and documents it.
    static let section = PluginSection("tls", settings: certificateRows + clientRows + protocolRows + sessionRows) {
        node in
        _ = try TLSSettings(section: node)
    }

    private static let certificateRows = [
        SettingSpec(
            "certfile", .path, default: nil, flags: ["--certfile"], gunicorn: "certfile",
            "The certificate, PEM, with those that lead to its authority after it; a listener with 'transport: tls' needs "
                + "one."),
        SettingSpec(
            "keyfile", .path, default: nil, flags: ["--keyfile"], gunicorn: "keyfile",
            "The certificate's private key, PEM; without it the key is in certfile too. The arbiter reads it, so the "
                + "workers' user need not be able to."),
        SettingSpec(
            "key_password_file", .path, default: nil, "A file whose first line is the passphrase of the key."),
        SettingSpec(
            "certificates", .tree, default: nil,
            "More certificates, a list of mappings with certfile, keyfile, key_password_file, ocsp_staple_file and names. "
                + "A client gets the one for the name that it asks for (SNI); '*.example.org' is any name one level below. "
                + "Without names those count that the certificate states. An RSA and an ECDSA certificate of one name stand "
                + "side by side."),
        SettingSpec(
            "ocsp_staple_file", .path, default: nil,
            "An OCSP response, DER, which clients that ask for it get with the certificate."),
        SettingSpec(
            "watch", .boolean, default: "false",
            "Looks once a second whether one of the files has changed, and goes on with the new ones, in all workers, "
                + "without a reload."),
    ]

    private static let clientRows = [
        SettingSpec(
            "cert_reqs", .choice(ClientCertificates.allCases.map { SettingChoice($0.rawValue) }, noun: "requirement"),
            default: ClientCertificates.none.rawValue, flags: ["--cert-reqs"], gunicorn: "cert_reqs",
            "Whether clients show a certificate: required refuses those without, optional those with a wrong one."),
        SettingSpec(
            "ca_certs", .path, default: nil, flags: ["--ca-certs"], gunicorn: "ca_certs",
            "The authorities, PEM, whose clients' certificates are right."),
        SettingSpec(
            "crl_file", .path, default: nil,
            "Lists of revoked certificates, PEM, one for each authority."),
    ]

    private static let protocolRows = [
        SettingSpec(
            "minimum_version", .choice(versions, noun: "version"), default: Version.tls12.rawValue,
            "The oldest version of TLS that is spoken."),
        SettingSpec(
            "maximum_version", .choice(versions, noun: "version"), default: Version.tls13.rawValue,
            "The newest version of TLS that is spoken."),
        SettingSpec(
            "ciphers", .string, default: intermediateCiphers, flags: ["--ciphers"], gunicorn: "ciphers",
            "Ciphers of TLS 1.2 in OpenSSL's words, the best first; by default Mozilla's intermediate profile, of which the "
                + "client chooses. Each name is checked."),
        SettingSpec(
            "ciphersuites", .string, default: nil,
            "Ciphers of TLS 1.3, the best first; without it OpenSSL's own, all of which are good."),
        SettingSpec(
            "groups", .string, default: nil,
            "Groups for the key exchange; of those that it has a share for, a client of TLS 1.3 chooses. By default X25519, P-256 and P-384, after X25519MLKEM768 where "
                + "OpenSSL has that."),
        SettingSpec(
            "alpn", .list, default: nil,
            "The names of protocols to negotiate, the best first; by default those of the listener's protocol and its "
                + "alternatives. A client that offers others only is refused. An empty list negotiates nothing."),
    ]

    private static let sessionRows = [
        SettingSpec(
            "session_tickets", .boolean, default: "true",
            "Lets clients go on from an earlier connection, on any worker, after reloads and upgrades too."),
        SettingSpec(
            "session_lifetime", .duration, default: "12h",
            "How long they can; the keys of the tickets change as often."),
        SettingSpec(
            "early_data", .byteCount(0...1 << 20), default: "0",
            "Bytes that a resuming client may send before the handshake is complete (TLS 1.3). Whoever listens can send "
                + "them again, so HTTP answers 425 to what is not GET, HEAD, OPTIONS or TRACE. 0 refuses them."),
    ]

    private static let versions = Version.allCases.map { SettingChoice($0.rawValue) }
}
