import CDrover

/// A host name that has no address here.
public struct HostLookupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name as it was written.
    public let host: String
    /// gai_strerror(3)'s words.
    public let reason: String

    /// One line that a person can act on.
    public var description: String { "cannot find the address of '\(host)': \(reason)" }
}

extension SocketAddress {
    /// The addresses of `host`, with `port`, in the order in which to try them: getaddrinfo(3).
    ///
    /// An empty host is every IPv4 address of this machine, to listen on. A number is answered without asking a name
    /// server; a name may take seconds, during which the thread waits.
    ///
    /// - Throws: `HostLookupError` when there is no address.
    public static func lookUp(host: String, port: UInt16) throws(HostLookupError) -> [SocketAddress] {
        if host.isEmpty { return [.ipv4(0, port: port)] }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(port), &hints, &list)
        guard result == 0 else {
            throw HostLookupError(host: host, reason: String(cString: gai_strerror(result)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.copyMemory(
                    from: UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen)))
            }
            if let address = SocketAddress(storage, length: entry.pointee.ai_addrlen), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}
