import DroverBytes
import DroverSystem

/// The way of a request through proxies, as they tell it: each adds its word at the end.
///
/// A proxy writes down the address of its own peer, and what that peer came to. So the last word of each list is the word
/// of the proxy that speaks to us, the word before it that of the proxy before, and so on. A proxy that replaces what it
/// finds leaves a shorter list, which is read from the end all the same.
struct ForwardedPath {
    /// The peer of each proxy; nil for a node without an address.
    var clients: [SocketAddress?] = []
    /// Whether each proxy was asked by `https`; nil for a word that means neither.
    var schemes: [Bool?] = []
    /// The host that each proxy was asked for; nil where it does not say.
    var hosts: [[UInt8]?] = []

    /// A way without proxies.
    init() {}

    /// The way that the elements of `Forwarded` describe.
    init(_ elements: [ForwardedElement]) {
        for element in elements {
            clients.append(element.node.flatMap { ForwardedNode.address($0.span.bytes) })
            schemes.append(element.scheme.flatMap { Self.isSecure($0.span.bytes) })
            hosts.append(element.host.flatMap { $0.isEmpty ? nil : $0 })
        }
    }

    /// What is known of the request's origin.
    ///
    /// The client is the last address that is not one of the `trusted` proxies; anybody may have written what stands
    /// before it. Scheme and host are the word of the proxy that the client came to. If that proxy says nothing, they are
    /// the word of the next proxy on the way here.
    ///
    /// - Throws: `HeadRejection.forwardedHost` for a host that is none. Falling back to another one would serve a site
    ///   that the proxy did not ask for.
    func origin(_ trusted: AddressRanges) throws(HeadRejection) -> RequestOrigin {
        var client: SocketAddress?
        // The caller trusts the nearest proxy. A further proxy is trusted if the proxy behind it names a trusted address.
        var believed = 1
        for address in clients.reversed() {
            guard let address else { break }
            client = address
            if !trusted.contains(address) { break }
            believed += 1
        }
        var host: String?
        if let named = hosts.suffix(believed).lazy.compactMap({ $0 }).first {
            guard HostRules.isAuthority(named.span.bytes) else { throw .forwardedHost }
            host = String(decoding: named, as: UTF8.self)
        }
        return RequestOrigin(
            client: client, isSecure: schemes.suffix(believed).lazy.compactMap { $0 }.first, host: host)
    }
}

// MARK: Lists

extension ForwardedPath {
    /// Takes the addresses of X-Forwarded-For.
    mutating func append(clients list: RawSpan) {
        Self.forEachPart(of: list) { clients.append(ForwardedNode.address($0)) }
    }

    /// Takes the schemes of X-Forwarded-Proto.
    mutating func append(schemes list: RawSpan) {
        Self.forEachPart(of: list) { schemes.append(Self.isSecure($0)) }
    }

    /// Takes the hosts of X-Forwarded-Host.
    mutating func append(hosts list: RawSpan) {
        Self.forEachPart(of: list) { part in
            var host: [UInt8] = []
            host.append(bytes: part)
            hosts.append(host)
        }
    }

    /// Whether a scheme is a safe one; nil for one that is neither HTTP's nor WebSocket's.
    ///
    /// Traefik names the scheme of the handshake's URL, RFC 6455 section 3; the connection is one of HTTP.
    static func isSecure(_ scheme: RawSpan) -> Bool? {
        if FoldedBytes.equal(scheme, "https") || FoldedBytes.equal(scheme, "wss") { return true }
        return FoldedBytes.equal(scheme, "http") || FoldedBytes.equal(scheme, "ws") ? false : nil
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
