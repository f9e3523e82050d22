public import DroverSystem

extension SocketAddress {
    /// The addresses that `text` means to a client, in the order in which to try them; it may ask a name server.
    ///
    /// - Parameter text: `HOST:PORT`, `[v6]:PORT`, `unix:PATH` or `unix:@NAME`, as in `bind`; a host without a port means
    ///   port 8000.
    /// - Returns: At least one address.
    /// - Throws: `HostLookupError` for a name without an address, and for any other text an error that says in one line
    ///   what to write instead.
    public static func lookUp(_ text: String) throws -> [SocketAddress] {
        switch try BindAddress(parsing: text) {
        case .unix(let path): [.unix(path)]
        case .abstract(let name): [.abstract(name)]
        case .tcp(let host, let port): try lookUp(host: host, port: port)
        case .descriptor, .named: throw BindAddress.InvalidAddress("a client needs HOST:PORT or unix:PATH")
        }
    }
}
