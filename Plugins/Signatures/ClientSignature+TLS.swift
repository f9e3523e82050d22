public import DroverCore

extension ClientSignature {
    /// A client of TLS: a handshake record of version 3, RFC 8446 section 5.1; it gets the alert `handshake_failure`.
    public static var tls: ClientSignature {
        ClientSignature("TLS") { bytes in
            for (offset, byte) in [(0, 0x16), (1, 0x03)] as [(Int, UInt8)] {
                if offset == bytes.byteCount { return .undecided }
                if bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) != byte { return .no }
            }
            return .yes
        } refusal: { _ in
            // RFC 8446 sections 5.1 and 6: a record of the type alert with two bytes in it, fatal and 40.
            [0x15, 3, 1, 0, 2, 2, 40]
        }
    }
}
