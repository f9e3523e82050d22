public import DroverCore

extension ClientSignature {
    /// A client of HTTP/1: a method of 3 to 20 capital letters and a space, RFC 9112 section 3; it is told so by a 400.
    public static var http: ClientSignature {
        ClientSignature("HTTP") { bytes in
            var count = 0
            while count < bytes.byteCount, count < longestMethod {
                let byte = bytes.unsafeLoad(fromUncheckedByteOffset: count, as: UInt8.self)
                if byte == 0x20 { return count < shortestMethod ? .no : .yes }
                guard byte &- 0x41 < 26 else { return .no }
                count += 1
            }
            return count < shortestMethod ? .undecided : .yes
        } refusal: { spoken in
            PlainReply.bytes(
                "400 Bad Request",
                isOnlyWrapped(spoken)
                    ? "This port speaks TLS: use https://\n" : "This port speaks \(spoken), not HTTP.\n")
        }
    }

    private static var shortestMethod: Int { 3 }
    private static var longestMethod: Int { 20 }
}
