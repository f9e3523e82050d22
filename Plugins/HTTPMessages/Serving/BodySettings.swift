public import DroverCore

/// How much of a request's body is taken, and how slowly it may come, as a section of the configuration says it.
///
/// All who carry HTTP have the same rows. A protocol's settings that keep their ``ExchangeRules`` take them so:
///
///     struct GatewaySettings: Sendable {
///         var rules = ExchangeRules()
///         static let section = PluginSection("gateway", GatewaySettings(), [.part(\.rules.body, BodySettings.rows)])
///     }
public struct BodySettings: Sendable, Equatable {
    /// Bytes of the body; a longer one is answered 413 (RFC 9110 section 15.5.14).
    public var limit: Int
    /// Bytes a second that the body has to come at; 0 is any pace.
    public var minimumRate: Int
    /// How long a body may pause, or be slower than ``minimumRate``.
    public var rateGrace: Duration

    /// What the limits and the pace of a protocol say.
    public init(_ limits: HeadLimits, _ pace: BodyPace) {
        limit = limits.body
        minimumRate = pace.rate
        rateGrace = .milliseconds(pace.grace)
    }

    /// The pace that they are.
    public var pace: BodyPace { BodyPace(rate: minimumRate, grace: rateGrace.inMilliseconds) }

    /// The rows `limit_request_body`, `body_minimum_rate` and `body_rate_grace`.
    public static let rows: [PluginSection<BodySettings>.Row] = [
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

extension ExchangeRules {
    /// What they say about a request's body, for the rows of a section.
    public var body: BodySettings {
        get { BodySettings(limits, bodyPace) }
        set { (limits.body, bodyPace) = (newValue.limit, newValue.pace) }
    }
}
