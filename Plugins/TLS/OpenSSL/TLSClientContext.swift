internal import COpenSSL
import DroverCore
import DroverSystem

/// OpenSSL's context for the connections that a client opens.
final class TLSClientContext: Sendable {
    private let context: OpenSSLObject
    private var pointer: OpaquePointer { context.pointer }
    let serverName: String?
    let verifiesServer: Bool

    /// A context as `settings` say.
    ///
    /// - Throws: `SettingsIssue` for a value or a file that OpenSSL does not take.
    init(_ settings: TLSClientSettings) throws(SettingsIssue) {
        guard let pointer = c_openssl_client_context(StreamSocket.kernelSeals) else {
            throw SettingsIssue("tls", at: .builtIn, "cannot be used: OpenSSL says: \(OpenSSLReason.take())")
        }
        context = OpenSSLObject(pointer, SSL_CTX_free)
        serverName = settings.serverName
        verifiesServer = settings.verifiesServer
        c_openssl_set_versions(pointer, settings.minimumVersion.number, TLS1_3_VERSION)
        if settings.verifiesServer { try trust(settings.authorities) }
        if let identity = settings.identity { try show(identity) }
        try offer(settings.protocolNames)
    }

    private func trust(_ authorities: TLSClientSettings.Authorities) throws(SettingsIssue) {
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        switch authorities {
        case .system:
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw SettingsIssue("authorities", at: .builtIn, "cannot be used: \(OpenSSLReason.take())")
            }
        case .file(let path):
            let node = Self.node(path, "authorities")
            let found = try PEMReader(bytes: try FileContents().content(of: node)).certificates(node)
            defer { for one in found { X509_free(one) } }
            guard !found.isEmpty else { throw node.issue("'\(path)' holds no certificate in PEM") }
            let store = SSL_CTX_get_cert_store(pointer)
            guard found.allSatisfy({ X509_STORE_add_cert(store, $0) == 1 }) else {
                throw node.issue("'\(path)' cannot be used: \(OpenSSLReason.take())")
            }
        }
    }

    private func show(_ identity: TLSClientSettings.Identity) throws(SettingsIssue) {
        let certificate = Self.node(identity.certificateFile, "certificateFile")
        let pair = try KeyPair(
            CertificatePair(
                certificate: certificate, key: Self.node(identity.keyFile, "keyFile"),
                password: identity.passwordFile.map { Self.node($0, "passwordFile") }, staple: nil, names: []),
            FileContents())
        guard SSL_CTX_use_certificate(pointer, pair.leaf) == 1, SSL_CTX_use_PrivateKey(pointer, pair.key) == 1,
            pair.chain.allSatisfy({ c_openssl_add_chain(pointer, $0) })
        else { throw certificate.issue("'\(identity.certificateFile)' cannot be used: \(OpenSSLReason.take())") }
    }

    private func offer(_ names: [String]) throws(SettingsIssue) {
        if names.isEmpty { return }
        for name in names where name.isEmpty || name.utf8.count > 255 {
            throw SettingsIssue("protocolNames", at: .builtIn, "must be names of 1 to 255 bytes, not '\(name)'")
        }
        let list = names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        // It returns 0 for success, SSL_CTX_set_alpn_protos(3).
        guard SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) == 0 else {
            throw SettingsIssue("protocolNames", at: .builtIn, "cannot be offered: \(OpenSSLReason.take())")
        }
    }

    private static func node(_ path: String, _ key: String) -> SettingsNode {
        SettingsNode(.scalar(path, quoted: true), at: .builtIn, key: key)
    }

    /// A connection to the server called `name`, on a socket.
    ///
    /// - Throws: Why there can be none.
    func connect(_ socket: Int32, to name: String) throws(HandshakeFailure) -> OpaquePointer {
        // Without a name OpenSSL would accept any certificate that an authority has signed.
        if verifiesServer, name.isEmpty {
            throw HandshakeFailure(reason: "the server has no name that its certificate could have")
        }
        // C would take the name for one that ends there.
        if name.utf8.contains(0) { throw HandshakeFailure(reason: "the server's name has a zero byte") }
        guard let connection = c_openssl_connect(pointer, socket, name) else {
            throw HandshakeFailure(reason: "OpenSSL cannot connect to '\(name)': \(OpenSSLReason.take())")
        }
        return connection
    }
}

extension TLSVersion {
    /// OpenSSL's number for it.
    var number: Int32 { self == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION }
}
