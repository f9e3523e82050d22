internal import COpenSSL
import DroverCore
import DroverSystem

/// Builds one of OpenSSL's contexts.
final class ContextBuilder {
    private let settings: TLSSettings
    private var context: OpaquePointer?
    /// How long what clients are checked by counts.
    private(set) var terms: [Term] = []

    /// A context without certificates, for a listener that has `pairs`, be it under other names.
    ///
    /// - Throws: `SettingsIssue` for something in `settings` or a file that OpenSSL does not take.
    init(_ settings: TLSSettings, _ files: FileContents, pairs: [KeyPair]) throws(SettingsIssue) {
        self.settings = settings
        guard let context = c_openssl_context(settings.hasTickets, StreamSocket.kernelSeals) else {
            throw SettingsIssue("tls", at: settings.place, "cannot be used: OpenSSL says: \(OpenSSLReason.take())")
        }
        self.context = context
        try setCiphers(context)
        var rules = ContentDigest()
        try setClients(context, files, &rules)
        limitSessions(context, &rules, pairs)
        c_openssl_set_lifetime(context, settings.lifetime)
        guard settings.earlyData > 0 else { return }
        SSL_CTX_set_max_early_data(context, UInt32(settings.earlyData))
        SSL_CTX_set_recv_max_early_data(context, UInt32(settings.earlyData))
        // It wants a cache of sessions that all workers share; what may not be repeated is refused by the protocol.
        c_openssl_allow_replay(context)
    }

    deinit {
        if let context { SSL_CTX_free(context) }
    }

    /// The context, which is the caller's.
    func finish() -> OpaquePointer {
        guard let context = context.take() else { preconditionFailure("finished twice") }
        return context
    }

    /// Puts a certificate beside those that are there.
    func add(_ pair: KeyPair, from source: CertificatePair) throws(SettingsIssue) {
        guard SSL_CTX_use_certificate(context, pair.leaf) == 1, SSL_CTX_use_PrivateKey(context, pair.key) == 1,
            pair.chain.allSatisfy({ c_openssl_add_chain(context, $0) })
        else {
            throw source.certificate.issue("'\(source.certificate.text ?? "")' cannot be used: \(OpenSSLReason.take())")
        }
    }

    // MARK: What is negotiated

    private func setCiphers(_ context: OpaquePointer) throws(SettingsIssue) {
        c_openssl_set_versions(context, settings.minimumVersion.number, settings.maximumVersion.number)
        let list = try settings.ciphers.string()
        // OpenSSL passes over names that it does not know as long as it knows one.
        for word in list.split(whereSeparator: { ":, ".contains($0) }) {
            let name = word.drop { "+-!".contains($0) }
            if !name.hasPrefix("@"), SSL_CTX_set_cipher_list(context, String(name)) != 1 {
                ERR_clear_error()
                throw settings.ciphers.issue("has '\(name)', which is no cipher that OpenSSL knows")
            }
        }
        guard SSL_CTX_set_cipher_list(context, list) == 1 else {
            throw settings.ciphers.issue("leaves no cipher: \(OpenSSLReason.take())")
        }
        if let suites = settings.suites, SSL_CTX_set_ciphersuites(context, try suites.string()) != 1 {
            throw suites.issue("cannot be used: \(OpenSSLReason.take())")
        }
        // Of the standard ciphers any will do, and a client knows which is cheap for it.
        if settings.ciphers.place != .builtIn || settings.suites != nil { c_openssl_prefer_own_order(context) }
        try setGroups(context)
    }

    private func setGroups(_ context: OpaquePointer) throws(SettingsIssue) {
        guard let groups = settings.groups else {
            let standard = "X25519:P-256:P-384"
            // OpenSSL has the first one from 3.5 on.
            if !c_openssl_set_groups(context, "X25519MLKEM768:" + standard) { c_openssl_set_groups(context, standard) }
            ERR_clear_error()
            return
        }
        let list = try groups.string()
        for name in list.split(separator: ":") where !c_openssl_set_groups(context, String(name)) {
            ERR_clear_error()
            throw groups.issue("has '\(name)', which is no group that OpenSSL knows")
        }
        guard c_openssl_set_groups(context, list) else {
            // OpenSSL takes none twice, be it under another name, and gives no reason.
            ERR_clear_error()
            let names = list.split(separator: ":").map(String.init)
            for (index, name) in names.enumerated() {
                for other in names[..<index] where !c_openssl_set_groups(context, "\(other):\(name)") {
                    throw groups.issue(
                        other == name ? "has '\(name)' twice" : "has '\(other)' and '\(name)', which are one group")
                }
            }
            throw groups.issue("'\(list)' cannot be used as a list of groups, such as X25519:P-256")
        }
    }

    // MARK: Clients

    private func setClients(
        _ context: OpaquePointer, _ files: FileContents, _ rules: inout ContentDigest
    ) throws(SettingsIssue) {
        rules.add(Array("drover:\(settings.clients.rawValue)".utf8))
        if settings.clients != .none, let authorities = settings.authorities {
            let bytes = try files.content(of: authorities)
            try trust(PEMReader(bytes: bytes), authorities, context)
            rules.add(bytes)
            if let revocations = settings.revocations {
                let bytes = try files.content(of: revocations)
                try revoke(PEMReader(bytes: bytes), revocations, context)
                rules.add(bytes)
            }
            let required = settings.clients == .required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, nil)
        }
    }

    /// A session is resumed only where its client would have been accepted by the same rules, and would have been shown
    /// one of the same certificates: which one is not shown again.
    private func limitSessions(_ context: OpaquePointer, _ rules: inout ContentDigest, _ pairs: [KeyPair]) {
        // All that the listener has, in each of its contexts: OpenSSL changes contexts when it has read the name.
        for pair in pairs { rules.add(CertificateFacts(certificate: pair.leaf).encoded) }
        let digest = rules.value
        SSL_CTX_set_session_id_context(context, digest, UInt32(digest.count))
    }

    private func trust(_ reader: PEMReader, _ node: SettingsNode, _ context: OpaquePointer) throws(SettingsIssue) {
        let authorities = try reader.certificates(node)
        defer { for one in authorities { X509_free(one) } }
        guard !authorities.isEmpty else { throw node.issue("'\(node.text ?? "")' holds no certificate in PEM") }
        let store = SSL_CTX_get_cert_store(context)
        for one in authorities {
            // An expired authority too: it lets no client in, the refusal says why, and a valid successor of its name is
            // preferred.
            terms.append(CertificateFacts(certificate: one).term(as: .authority, in: node))
            guard X509_STORE_add_cert(store, one) == 1, SSL_CTX_add_client_CA(context, one) == 1 else {
                throw node.issue("'\(node.text ?? "")' cannot be used: \(OpenSSLReason.take())")
            }
        }
    }

    private func revoke(_ reader: PEMReader, _ node: SettingsNode, _ context: OpaquePointer) throws(SettingsIssue) {
        let lists = try reader.revocations(node)
        defer { for one in lists { X509_CRL_free(one) } }
        guard !lists.isEmpty else { throw node.issue("'\(node.text ?? "")' holds no list of revocations in PEM") }
        let store = SSL_CTX_get_cert_store(context)
        for one in lists {
            terms.append(CertificateFacts.term(ofList: one, in: node))
            guard X509_STORE_add_crl(store, one) == 1 else {
                throw node.issue("'\(node.text ?? "")' cannot be used: \(OpenSSLReason.take())")
            }
        }
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
    }
}
