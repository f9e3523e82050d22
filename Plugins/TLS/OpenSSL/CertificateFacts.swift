internal import COpenSSL
import DroverCore

/// What a certificate says, as text.
struct CertificateFacts {
    let certificate: OpaquePointer

    /// The subject as RFC 4514 writes it.
    var subject: String { Self.text(X509_get_subject_name(certificate)) }
    /// The issuer, likewise.
    var issuer: String { Self.text(X509_get_issuer_name(certificate)) }

    /// The certificate itself, in DER.
    var encoded: [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(certificate, &start)
        guard let start, count > 0 else { return [] }
        defer { CRYPTO_free(start, "", 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// The serial number in hexadecimal.
    var serial: String {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return "" }
        defer { BN_free(number) }
        guard let text = BN_bn2hex(number) else { return "" }
        defer { CRYPTO_free(text, "", 0) }
        return String(cString: text)
    }

    /// The alternative names with their kinds: `DNS:example.org`.
    var alternativeNames: [String] {
        names { kind, bytes in
            switch kind {
            case GEN_DNS: "DNS:\(String(decoding: bytes, as: UTF8.self))"
            case GEN_EMAIL: "email:\(String(decoding: bytes, as: UTF8.self))"
            case GEN_URI: "URI:\(String(decoding: bytes, as: UTF8.self))"
            case GEN_IPADD: "IP:\(Self.address(Array(bytes)))"
            default: nil
            }
        }
    }

    /// The names of hosts that it is for.
    var serverNames: [String] {
        names { kind, bytes in kind == GEN_DNS ? String(decoding: bytes, as: UTF8.self) : nil }
    }

    /// From when until when it counts, as a certificate in the file that `node` names.
    func term(as role: Term.Role, in node: SettingsNode) -> Term {
        Term(
            role: role, node: node, subject: subject, begin: Self.moment(X509_get0_notBefore(certificate)),
            end: Self.moment(X509_get0_notAfter(certificate)))
    }

    /// From when until when a list of revocations counts.
    static func term(ofList list: OpaquePointer, in node: SettingsNode) -> Term {
        Term(
            role: .revocations, node: node, subject: text(X509_CRL_get_issuer(list)),
            begin: moment(X509_CRL_get0_lastUpdate(list)), end: X509_CRL_get0_nextUpdate(list).map(moment))
    }

    private func names(_ describe: (Int32, UnsafeBufferPointer<UInt8>) -> String?) -> [String] {
        guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(names) }
        return (0..<c_openssl_names_count(names)).compactMap { index in
            var count = 0
            guard let bytes = c_openssl_name_bytes(names, index, &count) else { return nil }
            return describe(c_openssl_name_kind(names, index), UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let name, let memory = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(memory) }
        guard c_openssl_print_name(memory, name) else { return "" }
        var start: UnsafeMutablePointer<CChar>?
        let count = c_openssl_text(memory, &start)
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    // OpenSSL makes certificates only of times that it can read, and takes none for now.
    private static func moment(_ time: UnsafePointer<ASN1_TIME>?) -> Term.Moment {
        var text = [CChar](repeating: 0, count: 32)
        var seconds: Int64 = 0
        guard let time, c_openssl_seconds(time, &seconds), c_openssl_date(time, &text) else {
            return Term.Moment(seconds: 0, text: "an unknown day")
        }
        let letters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return Term.Moment(seconds: seconds, text: String(decoding: letters, as: UTF8.self))
    }

    private static func address(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: bytes.count - 1, by: 2).map {
            String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
        }.joined(separator: ":")
    }
}
