package import DroverHTTPMessages

/// What the `http:` section of the configuration says.
package struct HTTPSettings: Sendable, Equatable {
    /// How large the parts of a request may be.
    package var limits = HeadLimits()
    /// How fast a request's body has to come.
    package var bodyPace = BodyPace(rate: 240, grace: 30_000)
    /// Whose word is taken about where a request came from.
    package var forwarding = ForwardingRules()

    /// The defaults.
    package init() {}
}
