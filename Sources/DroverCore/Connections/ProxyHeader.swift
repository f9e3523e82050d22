package import DroverSystem

/// What a proxy in front of a listener says about the client before the client's first byte: the PROXY protocol,
/// versions 1 and 2, as HAProxy defines it.
package struct ProxyHeader: Equatable, Sendable {
    /// How many bytes it has.
    package let byteCount: Int
    /// Who is connected to the proxy; nil when it does not say, or when it connected for itself to see who is there.
    package let client: SocketAddress?
    /// What else it says about the client's connection; nil if that is nothing.
    package let facts: ProxyFacts?

    /// The longest header that is read: more addresses and notes than any proxy sends.
    package static let longest = 2_048

    /// What the first bytes of a connection are.
    package enum Outcome: Equatable, Sendable {
        /// Too few to say.
        case incomplete
        /// Something else.
        case absent
        /// A header.
        case header(ProxyHeader)
    }

    /// What is wrong with a header; it says so after "PROXY header: ".
    package enum Mistake: String, Error, Sendable {
        /// Version 1 without its line's end in 107 bytes.
        case line = "the line is too long"
        /// Version 1 with other words than it has.
        case words = "malformed line"
        /// Version 1 with addresses that are none, or not of the family that it names.
        case address = "malformed address"
        /// Version 2 with a version or command that does not exist.
        case command = "unknown version or command"
        /// Version 2 for something else than streams.
        case family = "unknown address family"
        /// Version 2 with fewer bytes than its addresses have, or more than anybody needs.
        case length = "impossible length"
        /// Version 2 with a TLV that is longer than its place, or whose value is not of its kind.
        case note = "malformed TLV"
        /// Version 2 with a CRC-32C that does not match its bytes.
        case checksum = "wrong checksum"
    }

    init(byteCount: Int, client: SocketAddress?, facts: ProxyFacts? = nil) {
        self.byteCount = byteCount
        self.client = client
        self.facts = facts
    }

    private static var signature: [UInt8] { [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A] }

    /// Looks at the first bytes of a connection.
    package static func parse(_ bytes: RawSpan) throws(Mistake) -> Outcome {
        switch begins(bytes, with: Array("PROXY ".utf8)) {
        case true?: return try ProxyHeaderText.parse(bytes)
        case nil: return .incomplete
        case false?: break
        }
        switch begins(bytes, with: signature) {
        case true?: return try ProxyHeaderBytes.parse(bytes)
        case nil: return .incomplete
        case false?: return .absent
        }
    }

    /// Whether `bytes` begin with `prefix`; nil if they end before that can be known.
    private static func begins(_ bytes: RawSpan, with prefix: [UInt8]) -> Bool? {
        for offset in 0..<min(prefix.count, bytes.byteCount) {
            if bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) != prefix[offset] { return false }
        }
        return bytes.byteCount >= prefix.count ? true : nil
    }
}
