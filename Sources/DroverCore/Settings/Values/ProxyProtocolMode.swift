/// Whether proxies in front of a listener say who the client is, in the PROXY protocol.
package enum ProxyProtocolMode: String, Sendable, Hashable, CaseIterable, ChoosableSetting {
    /// They do not; such a header is the client's own bytes.
    case off
    /// Trusted peers may; others cannot.
    case on
    /// Only trusted peers may connect, and they must.
    case required

    package static let settingNoun = "PROXY protocol mode"
}
