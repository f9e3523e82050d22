internal import COpenSSL
import DroverCore

extension TLSSession {
    /// What was agreed on; made anew each time, as few ask.
    var security: TransportSecurity? {
        guard let connection, let version = SSL_get_version(connection) else { return nil }
        guard let cipher = SSL_get_current_cipher(connection) else { return nil }
        return TransportSecurity(
            version: String(cString: version), cipher: String(cString: SSL_CIPHER_get_name(cipher)),
            applicationProtocol: Self.applicationProtocol(connection),
            serverName: SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) },
            isResumed: SSL_session_reused(connection) == 1, peer: Self.peer(connection))
    }

    /// The protocol that ALPN has settled; nil where the peer has offered none.
    var applicationProtocol: String? { connection.flatMap(Self.applicationProtocol) }

    private static func applicationProtocol(_ connection: OpaquePointer) -> String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(connection, &name, &count)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
    }

    private static func peer(_ connection: OpaquePointer) -> PeerCertificate? {
        guard let certificate = SSL_get0_peer_certificate(connection) else { return nil }
        let facts = CertificateFacts(certificate: certificate)
        let result = SSL_get_verify_result(connection)
        return PeerCertificate(
            subject: facts.subject, issuer: facts.issuer, serial: facts.serial,
            alternativeNames: facts.alternativeNames,
            verification: result == X509_V_OK ? "ok" : String(cString: X509_verify_cert_error_string(result)))
    }
}
