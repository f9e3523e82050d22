package import DroverHTTPMessages

/// What the `http:` section of the configuration says.
package struct HTTPSettings: Sendable, Equatable {
    /// How large the parts of a request may be.
    package var limits = HeadLimits()

    /// The defaults.
    package init() {}
}
