import DroverCore

extension TLSSettings {
    /// Ciphers of TLS 1.2 as Mozilla's intermediate profile has them, all with forward secrecy.
    static let intermediateCiphers = SettingsNode(
        .scalar(
            [
                "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
            ].joined(separator: ":"), quoted: false), at: .builtIn, key: "ciphers")

    /// The `tls:` section.
    static let section = PluginSection(
        "tls", TLSSettings(), certificateRows + clientRows + protocolRows + sessionRows
    ) { settings, node in
        try settings.checkCertificates(node)
        try settings.checkProtocol(node)
    }

    private static let certificateRows: [PluginSection<TLSSettings>.Row] = [
        .setting(
            "certfile", \.certificate, as: .path, flags: ["--certfile"], gunicorn: "certfile",
            "The certificate, PEM, with those that lead to its authority after it; a listener with 'transport: tls' needs "
                + "one."),
        .setting(
            "keyfile", \.key, as: .path, flags: ["--keyfile"], gunicorn: "keyfile",
            "The certificate's private key, PEM; without it the key is in certfile too. The arbiter reads it, so the "
                + "workers' user need not be able to."),
        .setting(
            "key_password_file", \.password, as: .path, "A file whose first line is the passphrase of the key."),
        .setting(
            "certificates", \.others, as: .tree,
            "More certificates, a list of mappings with certfile, keyfile, key_password_file, ocsp_staple_file and names. "
                + "A client gets the one for the name that it asks for (SNI); '*.example.org' is any name one level below. "
                + "Without names those count that the certificate states. An RSA and an ECDSA certificate of one name stand "
                + "side by side.",
            read: { try $0.elements().map(CertificatePair.init) }),
        .setting(
            "ocsp_staple_file", \.staple, as: .path,
            "An OCSP response, DER, which clients that ask for it get with the certificate."),
        .setting(
            "watch", \.watches,
            "Looks once a second whether one of the files has changed, and goes on with the new ones, in all workers, "
                + "without a reload."),
    ]

    private static let clientRows: [PluginSection<TLSSettings>.Row] = [
        .setting(
            "cert_reqs", \.clients, flags: ["--cert-reqs"], gunicorn: "cert_reqs",
            "Whether clients show a certificate: required refuses those without, optional those with a wrong one."),
        .setting(
            "ca_certs", \.authorities, as: .path, flags: ["--ca-certs"], gunicorn: "ca_certs",
            "The authorities, PEM, whose clients' certificates are right."),
        .setting("crl_file", \.revocations, as: .path, "Lists of revoked certificates, PEM, one for each authority."),
    ]

    private static let protocolRows: [PluginSection<TLSSettings>.Row] = [
        .setting("minimum_version", \.minimumVersion, "The oldest version of TLS that is spoken."),
        .setting("maximum_version", \.maximumVersion, "The newest version of TLS that is spoken."),
        .setting(
            "ciphers", \.statedCiphers, as: .string, flags: ["--ciphers"], gunicorn: "ciphers",
            "Ciphers of TLS 1.2 in OpenSSL's words, the best first; by default Mozilla's intermediate profile, of which the "
                + "client chooses. Each name is checked."),
        .setting(
            "ciphersuites", \.suites, as: .string,
            "Ciphers of TLS 1.3, the best first; without it OpenSSL's own, all of which are good."),
        .setting(
            "groups", \.groups, as: .string,
            "Groups for the key exchange; of those that it has a share for, a client of TLS 1.3 chooses. By default X25519, "
                + "P-256 and P-384, after X25519MLKEM768 where OpenSSL has that."),
        .setting(
            "alpn", \.protocolNames, as: .list,
            "The names of protocols to negotiate, the best first; by default those of the listener's protocol and its "
                + "alternatives. A client that offers others only is refused. An empty list negotiates nothing.",
            read: negotiableNames),
    ]

    private static let sessionRows: [PluginSection<TLSSettings>.Row] = [
        .setting(
            "session_tickets", \.hasTickets,
            "Lets clients go on from an earlier connection, on any worker, after reloads and upgrades too."),
        .setting(
            "session_lifetime", \.sessionLifetime, "How long they can; the keys of the tickets change as often."),
        .setting(
            "early_data", \.earlyData, as: .byteCount(0...1 << 20),
            "Bytes that a resuming client may send before the handshake is complete (TLS 1.3). An eavesdropper can "
                + "send them again, so HTTP answers 425 to what is not GET, HEAD, OPTIONS or TRACE. 0 refuses them."),
    ]

    @Sendable
    private static func negotiableNames(_ node: SettingsNode) throws -> [String]? {
        let names = try node.strings()
        for name in names where name.isEmpty || name.utf8.count > 255 {
            throw node.issue("must be names of 1 to 255 bytes, not '\(name)'")
        }
        return names
    }
}
