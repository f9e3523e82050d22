/// Some of all peers: a network, the unix family, or everybody.
public enum AddressRange: Hashable, Sendable {
    /// Every peer.
    case everyone
    /// Every peer that comes by a unix socket.
    case local
    /// The addresses that begin with the first `length` bits of `prefix`; IPv4 addresses stand in it as RFC 4291
    /// section 2.5.5.2 maps them, so that a socket for both families knows them too.
    case network(prefix: UInt128, length: Int)

    private static let mapped: UInt128 = 0xFFFF_0000_0000

    /// Whether `address` belongs to it.
    public func contains(_ address: SocketAddress) -> Bool {
        switch (self, address) {
        case (.everyone, _): true
        case (.local, _): address.isLocal
        case (.network(let prefix, let length), .ipv4(let number, _)):
            Self.mask(length) & (Self.mapped | UInt128(number)) == prefix
        case (.network(let prefix, let length), .ipv6(let high, let low, _, _)):
            Self.mask(length) & (UInt128(high) << 64 | UInt128(low)) == prefix
        case (.network, _): false
        }
    }

    private static func mask(_ length: Int) -> UInt128 {
        length == 0 ? 0 : ~0 << UInt128(128 - length)
    }
}

extension AddressRange: CustomStringConvertible {
    /// Why a text is no range.
    public struct Mistake: Error, Equatable, Sendable {
        /// What to write instead.
        public let reason: String
    }

    /// Reads an address, `ADDRESS/BITS`, `unix` or `*`.
    ///
    /// - Throws: `Mistake` for anything else, and for a network whose address has bits behind its prefix.
    public init(parsing text: String) throws(Mistake) {
        switch text {
        case "*": self = .everyone
        case "unix", "unix:": self = .local
        default: self = try Self.network(parsing: text)
        }
    }

    private static func network(parsing text: String) throws(Mistake) -> AddressRange {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let bytes = Array(parts[0].utf8)
        let number: UInt128
        let offset: Int
        if let address = NumericAddress.ipv4(bytes.span.bytes) {
            (number, offset) = (mapped | UInt128(address), 96)
        } else if let (high, low) = NumericAddress.ipv6(bytes.span.bytes) {
            (number, offset) = (UInt128(high) << 64 | UInt128(low), 0)
        } else {
            throw Mistake(
                reason: "write an address such as 10.0.0.1 or fd00::1, a network such as 10.0.0.0/8, unix or *")
        }
        guard parts.count == 2 else { return .network(prefix: number, length: 128) }
        let bits = parts[1].allSatisfy { $0.isASCII && $0.isNumber } ? Int(parts[1]) : nil
        guard let bits, bits <= 128 - offset else {
            throw Mistake(reason: "a network's prefix has 0 to \(128 - offset) bits, not '\(parts[1])'")
        }
        let range = AddressRange.network(prefix: number & mask(bits + offset), length: bits + offset)
        guard number & mask(bits + offset) == number else {
            throw Mistake(reason: "the address has bits behind its prefix; the network is \(range)")
        }
        return range
    }

    /// The text that reads back as the same range.
    public var description: String {
        switch self {
        case .everyone: return "*"
        case .local: return "unix"
        case .network(let prefix, let length):
            let isIPv4 = length >= 96 && prefix >> 32 == Self.mapped >> 32
            let address: SocketAddress =
                isIPv4
                ? .ipv4(UInt32(truncatingIfNeeded: prefix), port: 0)
                : .ipv6(
                    high: UInt64(truncatingIfNeeded: prefix >> 64), low: UInt64(truncatingIfNeeded: prefix), port: 0,
                    scope: 0)
            return length == 128 ? address.host : "\(address.host)/\(isIPv4 ? length - 96 : length)"
        }
    }
}

/// Several ranges as one: the peers whose word is taken.
public struct AddressRanges: Hashable, Sendable {
    /// The ranges.
    public let ranges: [AddressRange]

    /// These ranges.
    public init(_ ranges: [AddressRange]) {
        self.ranges = ranges
    }

    /// This machine's own loopback addresses.
    public static var loopback: AddressRanges {
        AddressRanges([
            .network(prefix: 0xFFFF_7F00_0001, length: 128), .network(prefix: 1, length: 128),
        ])
    }

    /// Peers on this machine: its loopback addresses and unix sockets.
    ///
    /// Both are within reach of this machine's processes alone, and a unix socket has a mode besides; so a list that has
    /// the one by default has the other too.
    public static var thisMachine: AddressRanges {
        AddressRanges(loopback.ranges + [.local])
    }

    /// Reads ranges; a text may hold several that commas part.
    ///
    /// - Throws: `AddressRange.Mistake` for a text that is none.
    public init(parsing texts: [String]) throws(AddressRange.Mistake) {
        var ranges: [AddressRange] = []
        for text in texts {
            for part in text.split(separator: ",") {
                let name = part.drop { $0 == " " }
                ranges.append(try AddressRange(parsing: String(name.prefix { $0 != " " })))
            }
        }
        self.ranges = ranges
    }

    /// Whether `address` belongs to any of them.
    public func contains(_ address: SocketAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }
}
