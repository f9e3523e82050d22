internal import COpenSSL
import DroverCore

/// A certificate with its chain and its key, found to belong together.
final class KeyPair: Sendable {
    // The leaf first.
    private let certificates: [OpenSSLObject]
    private let privateKey: OpenSSLObject
    /// An OCSP response about it.
    let staple: [UInt8]?
    /// The names it is for.
    let names: [String]
    /// Whose it is.
    let subject: String
    /// How long the certificate counts, and those of its chain.
    let terms: [Term]
    var leaf: OpaquePointer { certificates[0].pointer }
    var chain: [OpaquePointer] { certificates.dropFirst().map(\.pointer) }
    var key: OpaquePointer { privateKey.pointer }
    /// The kind of its key; of one kind a context holds one.
    var kind: Int32 { EVP_PKEY_get_base_id(key) }

    /// Takes a pair from its files.
    ///
    /// - Throws: `SettingsIssue` that names the file and what is wrong with it.
    init(_ pair: CertificatePair, _ files: FileContents) throws(SettingsIssue) {
        let found = try PEMReader(bytes: try files.content(of: pair.certificate)).certificates(pair.certificate)
        let certificates = found.map { OpenSSLObject($0, X509_free) }
        guard let leaf = found.first else {
            throw pair.certificate.issue("'\(pair.certificate.text ?? "")' holds no certificate in PEM")
        }
        let facts = CertificateFacts(certificate: leaf)
        let key = OpenSSLObject(try Self.key(pair, files), EVP_PKEY_free)
        guard X509_check_private_key(leaf, key.pointer) == 1 else {
            ERR_clear_error()
            throw pair.key.issue(
                "'\(pair.key.text ?? "")' is not the key of the certificate '\(pair.certificate.text ?? "")'")
        }
        staple = try pair.staple.map { node throws(SettingsIssue) in
            try Self.response(node, files, about: leaf, pair)
        }
        privateKey = key
        self.certificates = certificates
        subject = facts.subject
        terms =
            [facts.term(as: .own, in: pair.certificate)]
            + found.dropFirst().map { CertificateFacts(certificate: $0).term(as: .chain, in: pair.certificate) }
        names = pair.names ?? facts.serverNames.filter(ServerNameText.isName)
    }

    private static func key(_ pair: CertificatePair, _ files: FileContents) throws(SettingsIssue) -> OpaquePointer {
        let path = pair.key.text ?? ""
        let reader = PEMReader(bytes: try files.content(of: pair.key))
        try reader.checkBorders(pair.key)
        var password: [UInt8]?
        if let node = pair.password {
            password = Array(try files.content(of: node).prefix { $0 != 0x0A && $0 != 0x0D && $0 != 0 })
        }
        if let key = reader.privateKey(password: password) { return key }
        guard reader.hasEncryptedKey else { throw pair.key.issue("'\(path)' holds no private key in PEM") }
        guard let node = pair.password else {
            throw pair.key.issue("'\(path)' has a passphrase: name a file with it in 'key_password_file'")
        }
        throw node.issue("'\(node.text ?? "")' has a passphrase that is not the one of '\(path)'")
    }

    private static func response(
        _ node: SettingsNode, _ files: FileContents, about leaf: OpaquePointer, _ pair: CertificatePair
    ) throws(SettingsIssue) -> [UInt8] {
        let bytes = try files.content(of: node)
        let response = bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_OCSP_RESPONSE(nil, &start, buffer.count)
        }
        ERR_clear_error()
        guard let response else { throw node.issue("'\(node.text ?? "")' is no OCSP response in DER") }
        defer { OCSP_RESPONSE_free(response) }
        guard c_openssl_is_success(response) else {
            throw node.issue("'\(node.text ?? "")' is an OCSP response that says nothing but that there is none")
        }
        guard c_openssl_answers_for(response, leaf) else {
            throw node.issue(
                "'\(node.text ?? "")' is an OCSP response about another certificate than '\(pair.certificate.text ?? "")'"
            )
        }
        return bytes
    }
}
