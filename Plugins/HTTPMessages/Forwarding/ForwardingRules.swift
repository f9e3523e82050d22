public import DroverSystem

/// Whose word is taken about where a request came from, and what becomes of names that others read differently.
public struct ForwardingRules: Sendable, Equatable {
    /// What becomes of a header field with an underscore in its name.
    ///
    /// Many servers behind a proxy turn `-` into `_` and then cannot tell the two apart; who can send the one passes for
    /// the proxy that sent the other.
    public enum Underscores: String, Sendable, CaseIterable {
        /// It is left out.
        case drop
        /// The request is refused.
        case refuse
        /// It is taken like any other.
        case allow
    }

    /// The peers that tell the truth: they are proxies of ours.
    public var trusted = AddressRanges.thisMachine
    /// What becomes of underscores that a peer sends which is not trusted.
    public var underscores = Underscores.drop

    /// The defaults.
    public init() {}
}
