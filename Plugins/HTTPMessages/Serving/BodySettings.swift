package import DroverCore

/// How much of a request's body is taken, and how slowly it may come: the same for all who carry HTTP.
package struct BodySettings: Sendable, Equatable {
    /// Bytes of the body; more is a 413.
    package var limit: Int
    /// Bytes a second; 0 is any pace.
    package var minimumRate: Int
    /// How long a body may pause or be slower.
    package var rateGrace: Duration

    /// What the limits and the pace of a protocol say.
    package init(_ limits: HeadLimits, _ pace: BodyPace) {
        limit = limits.body
        minimumRate = pace.rate
        rateGrace = .milliseconds(pace.grace)
    }

    /// The pace that they are.
    package var pace: BodyPace { BodyPace(rate: minimumRate, grace: rateGrace.inMilliseconds) }

    /// The rows of the sections that have them.
    package static let rows: [PluginSection<BodySettings>.Row] = [
        .setting(
            "limit_request_body", \.limit, as: .byteCount(0...Int.max),
            "The largest request body; a larger one is answered 413 before it is read."),
        .setting(
            "body_minimum_rate", \.minimumRate, as: .byteCount(0...1 << 30),
            "Bytes a second that a request body must come at, over the time that the server waits for it; a slower one is "
                + "answered 408. 0 is any rate."),
        .setting(
            "body_rate_grace", \.rateGrace,
            "How long a request body may pause or be slower than body_minimum_rate."),
    ]
}
