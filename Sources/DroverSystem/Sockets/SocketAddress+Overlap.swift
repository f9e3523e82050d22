// Which connections could come to either of two listening sockets.

extension SocketAddress {
    /// Whether it stands for every address of its family: `0.0.0.0` or `[::]`.
    package var isWildcard: Bool {
        switch self {
        case .ipv4(let address, _): address == 0
        case .ipv6(let high, let low, _, _): high == 0 && low == 0
        case .unix, .abstract, .unnamed: false
        }
    }

    /// Whether it is the wildcard of the port that `other` names one address of.
    ///
    /// The kernel gives a connection to the socket that names its address, and to the wildcard's only if there is none.
    /// Families are apart: sockets of ours for IPv6 take IPv6 only.
    package func covers(_ other: SocketAddress) -> Bool {
        guard isWildcard, !other.isWildcard, let port, port == other.port else { return false }
        return family == other.family
    }

    /// Whether one of both covers the other.
    package func overlaps(_ other: SocketAddress) -> Bool { covers(other) || other.covers(self) }
}
