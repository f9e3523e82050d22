internal import COpenSSL

/// What OpenSSL's error queue says.
///
/// The queue belongs to the thread, so it is read right after the call that failed, and left empty.
enum OpenSSLReason {
    // Alerts of the peer's have their number and this as their reason.
    private static let alertOffset: Int32 = 1000

    /// The first error in words, and an empty queue.
    static func take() -> String {
        let error = ERR_get_error()
        ERR_clear_error()
        guard error != 0 else { return "no reason given" }
        let reason = c_openssl_reason(error)
        let words = ERR_reason_error_string(error).map { String(cString: $0) }
        guard c_openssl_is_tls(error), reason >= alertOffset else {
            return words ?? "error \(String(error, radix: 16))"
        }
        // A peer may also send numbers that mean nothing to anybody.
        guard let words else { return "the peer says: alert \(reason - alertOffset)" }
        // "tlsv1 alert unknown ca", "tlsv1 bad certificate hash value"
        return "the peer says: \(words.components(after: " alert ") ?? words.components(after: " ") ?? words)"
    }

    /// What is wrong with a text in PEM that has been read up to an error; nil if it has merely come to its end.
    static func takeUnlessEndOfPEM() -> String? {
        guard !c_openssl_is_pem_end(ERR_peek_last_error()) else {
            ERR_clear_error()
            return nil
        }
        return take()
    }
}

extension String {
    /// What follows the first `mark`.
    fileprivate func components(after mark: String) -> String? {
        let bytes = Array(utf8)
        let pattern = Array(mark.utf8)
        guard bytes.count > pattern.count else { return nil }
        for start in 0..<(bytes.count - pattern.count) where bytes[start...].starts(with: pattern) {
            return String(decoding: bytes[(start + pattern.count)...], as: UTF8.self)
        }
        return nil
    }
}
