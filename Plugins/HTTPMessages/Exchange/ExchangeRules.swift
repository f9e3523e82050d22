/// What holds for all requests of one listener.
public struct ExchangeRules: Sendable, Equatable {
    /// Whose word is taken about where a request came from.
    public var forwarding: ForwardingRules
    /// How large the parts of a request may be.
    public var limits: HeadLimits
    /// How fast a request's body has to come.
    public var bodyPace: BodyPace

    /// Rules in parts.
    public init(
        forwarding: ForwardingRules = ForwardingRules(), limits: HeadLimits = HeadLimits(),
        bodyPace: BodyPace = .standard
    ) {
        self.forwarding = forwarding
        self.limits = limits
        self.bodyPace = bodyPace
    }
}
