import DroverCore
package import DroverSystem

/// Where a request came from, as proxies that are trusted say.
package struct RequestOrigin: Sendable, Equatable {
    /// The first address on the way here that is not one of the trusted proxies; nil if they do not say.
    package var client: SocketAddress?
    /// Whether the client spoke `https`; nil if they do not say.
    package var isSecure: Bool?
    /// The host that the client asked for; nil if they do not say.
    package var host: String?

    /// An origin that somebody trusted has stated in parts.
    init(client: SocketAddress?, isSecure: Bool?, host: String?) {
        self.client = client
        self.isSecure = isSecure
        self.host = host
    }

    /// What the fields of `head` say, which came from a trusted peer.
    ///
    /// - Throws: `HeadRejection.forwarding` for fields that are malformed or contradict each other: they decide who a
    ///   client is and whether it came safely, and two readings of them are one too many.
    package init(_ head: RequestHead, _ bytes: RawSpan, _ trusted: AddressRanges) throws(HeadRejection) {
        var elements: [ForwardedElement] = []
        var addresses: [SocketAddress?] = []
        for field in head.fields {
            let value = bytes.extracting(field.value.range)
            switch ForwardedField(bytes.extracting(field.name.range)) {
            case .forwarded?:
                guard let more = ForwardedElement.parse(value) else { throw .forwarding }
                elements += more
            case .addresses?:
                Self.forEachPart(of: value) { addresses.append(ForwardedNode.address($0, allowsBareIPv6: true)) }
            case .scheme?:
                var schemes: [Bool?] = []
                Self.forEachPart(of: value) { schemes.append(Self.isSecure($0)) }
                for scheme in schemes { try note(isSecure: scheme) }
            case .host?:
                // Proxies that add to it rather than replace it leave the word of the nearest at the end.
                var last: String?
                var isHost = true
                Self.forEachPart(of: value) { part in
                    isHost = isHost && HostRules.isAuthority(part)
                    last = String(decoding: part)
                }
                guard isHost, let last else { throw .forwarding }
                try note(host: last)
            case nil: break
            }
        }
        if !addresses.isEmpty { client = Self.client(addresses, trusted) }
        if !elements.isEmpty { try note(elements, trusted) }
    }

    /// Takes what `Forwarded` says, from the proxy that the client came to.
    private mutating func note(
        _ elements: [ForwardedElement], _ trusted: AddressRanges
    ) throws(HeadRejection) {
        var nodes: [SocketAddress?] = []
        for element in elements {
            if let node = element.node, !ForwardedNode.isNode(node.span.bytes) { throw .forwarding }
            nodes.append(element.node.flatMap { ForwardedNode.address($0.span.bytes, allowsBareIPv6: false) })
        }
        var place = nodes.count - 1
        while place > 0, let node = nodes[place], trusted.contains(node) { place -= 1 }
        if let address = Self.client(nodes, trusted) {
            if let client, client.host != address.host { throw .forwarding }
            client = address
        }
        if let scheme = elements[place].scheme { try note(isSecure: Self.isSecure(scheme.span.bytes)) }
        if let host = elements[place].host {
            guard HostRules.isAuthority(host.span.bytes) else { throw .forwarding }
            try note(host: String(decoding: host, as: UTF8.self))
        }
    }

    private mutating func note(isSecure scheme: Bool?) throws(HeadRejection) {
        guard let scheme, isSecure == nil || isSecure == scheme else { throw .forwarding }
        isSecure = scheme
    }

    private mutating func note(host text: String) throws(HeadRejection) {
        if let host, !FoldedBytes.equal(host, text) { throw .forwarding }
        host = text
    }

    /// The last address that is not trusted; what stands before it anybody may have written.
    private static func client(_ addresses: [SocketAddress?], _ trusted: AddressRanges) -> SocketAddress? {
        var client: SocketAddress?
        for address in addresses.reversed() {
            guard let address else { break }
            client = address
            if !trusted.contains(address) { break }
        }
        return client
    }

    private static func isSecure(_ scheme: RawSpan) -> Bool? {
        if FoldedBytes.equal(scheme, "https") { return true }
        return FoldedBytes.equal(scheme, "http") ? false : nil
    }

    /// Calls `body` with each of the parts between commas, without the blanks around them; empty ones do not count.
    private static func forEachPart(of value: RawSpan, _ body: (RawSpan) -> Void) {
        var start = 0
        for offset in 0...value.byteCount {
            guard offset == value.byteCount || value.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == 0x2C else {
                continue
            }
            let part = FoldedBytes.trimmed(value.extracting(start..<offset))
            if !part.isEmpty { body(part) }
            start = offset + 1
        }
    }
}
