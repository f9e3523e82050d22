package import DroverCore

/// How much of a request's body is taken, and how slowly it may come: the same for all who carry HTTP.
package struct BodySettings: Sendable, Equatable {
    /// Bytes of the body; more is a 413.
    package var limit: Int
    /// How fast it has to come.
    package var pace: BodyPace

    /// The rows of a section, with `limits` and `pace` as the defaults.
    package static func rows(_ limits: HeadLimits, _ pace: BodyPace) -> [SettingSpec] {
        [
            SettingSpec(
                "limit_request_body", .byteCount(0...Int.max), default: "\(limits.body)", effect: .reload,
                "The largest request body; a larger one is answered 413 before it is read."),
            SettingSpec(
                "body_minimum_rate", .byteCount(0...1 << 30), default: "\(pace.rate)", effect: .reload,
                "Bytes a second that a request body must come at, over the time that the server waits for it; a "
                    + "slower one is answered 408. 0 is any rate."),
            SettingSpec(
                "body_rate_grace", .duration, default: "\(pace.grace / 1_000)", effect: .reload,
                "How long a request body may pause or be slower than body_minimum_rate."),
        ]
    }

    /// Reads them.
    ///
    /// - Throws: `SettingsIssue` for a value that is missing, of the wrong type or out of range.
    package init(section: SettingsNode) throws(SettingsIssue) {
        limit = try section.byteCount("limit_request_body")
        pace = BodyPace(
            rate: try section.byteCount("body_minimum_rate"),
            grace: try section.duration("body_rate_grace").inMilliseconds)
    }
}
