internal import COpenSSL
import DroverCore

/// Reads certificates, keys and lists of revocations from the text of a file.
struct PEMReader {
    let bytes: [UInt8]

    /// The first certificate and those after it; the caller owns them.
    ///
    /// - Throws: `SettingsIssue` about `node`, whose file this is, when one of them is damaged.
    func certificates(_ node: SettingsNode) throws(SettingsIssue) -> [OpaquePointer] {
        try all(node, "certificate", free: { X509_free($0) }) { PEM_read_bio_X509_AUX($0, nil, nil, nil) }
    }

    /// The lists of revoked certificates; the caller owns them.
    ///
    /// - Throws: `SettingsIssue` about `node`, whose file this is, when one of them is damaged.
    func revocations(_ node: SettingsNode) throws(SettingsIssue) -> [OpaquePointer] {
        try all(node, "list of revocations", free: { X509_CRL_free($0) }) {
            PEM_read_bio_X509_CRL($0, nil, nil, nil)
        }
    }

    /// Whether a key in it has a passphrase.
    var hasEncryptedKey: Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n").contains {
            $0.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY") || $0.hasPrefix("Proc-Type: 4,ENCRYPTED")
        }
    }

    /// The first private key, which the caller owns; nil where there is none or the passphrase is not the right one.
    ///
    /// OpenSSL would ask at the terminal for a passphrase that it is not given.
    func privateKey(password: [UInt8]?) -> OpaquePointer? {
        withMemory { memory in
            defer { ERR_clear_error() }
            guard var password else {
                return PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil)
            }
            password.append(0)
            return password.withUnsafeMutableBytes { PEM_read_bio_PrivateKey(memory, nil, nil, $0.baseAddress) }
        }
    }

    /// Makes sure that no block is passed over because a line that begins or ends it is misspelt.
    ///
    /// - Throws: `SettingsIssue` about `node`, whose file this is.
    func checkBorders(_ node: SettingsNode) throws(SettingsIssue) {
        guard let damage = PEMOutline(bytes).damage else { return }
        throw node.issue("'\(node.text ?? "")' is damaged: \(damage); put it right or write it anew")
    }

    // A file counts as a whole: with half of the revocations, a client would get in whose certificate was revoked.
    private func all(
        _ node: SettingsNode, _ kind: String, free: (OpaquePointer) -> Void, next: (OpaquePointer) -> OpaquePointer?
    ) throws(SettingsIssue) -> [OpaquePointer] {
        try checkBorders(node)
        var found: [OpaquePointer] = []
        ERR_clear_error()
        let damage: String? = withMemory { memory in
            while let one = next(memory) { found.append(one) }
            return OpenSSLReason.takeUnlessEndOfPEM()
        }
        guard let damage else { return found }
        for one in found { free(one) }
        throw node.issue(
            "'\(node.text ?? "")' is damaged: \(kind) \(found.count + 1) in it cannot be read (\(damage)); write it anew"
        )
    }

    private func withMemory<R>(_ body: (OpaquePointer) -> R) -> R {
        bytes.withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
                preconditionFailure("out of memory")
            }
            defer { BIO_free(memory) }
            return body(memory)
        }
    }
}
