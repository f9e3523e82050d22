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
        guard let text = ERR_reason_error_string(error) else { return "error \(String(error, radix: 16))" }
        let words = String(cString: text)
        guard c_openssl_reason(error) >= alertOffset, let alert = words.components(after: " alert ") else {
            return words
        }
        return "the peer says: \(alert)"
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
