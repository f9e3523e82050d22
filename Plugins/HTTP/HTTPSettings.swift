package import DroverCore
package import DroverHTTPMessages

/// What the `http:` section of the configuration says.
package struct HTTPSettings: Sendable, Equatable {
    /// How large the parts of a request may be.
    package var limits = HeadLimits()
    /// How fast a request's body has to come.
    package var bodyPace = BodyPace.standard
    /// Whose word is taken about where a request came from.
    package var forwarding = ForwardingRules()

    /// What holds for a request.
    var rules: ExchangeRules {
        ExchangeRules(forwarding: forwarding, limits: limits, bodyPace: bodyPace)
    }

    /// The defaults.
    package init() {}

    private var body: BodySettings {
        get { BodySettings(limits, bodyPace) }
        set { (limits.body, bodyPace) = (newValue.limit, newValue.pace) }
    }

    /// The section.
    package static let section = PluginSection(
        "http", HTTPSettings(),
        [
            .setting(
                "limit_request_line", \.limits.requestLine, as: .byteCount(64...1 << 20),
                gunicorn: "limit_request_line",
                "The longest request line; a longer one is answered 414."),
            .setting(
                "limit_request_fields", \.limits.fields, as: .integer(1...32_768), gunicorn: "limit_request_fields",
                "The largest number of header fields; more are answered 431."),
            .setting(
                "limit_request_field_size", \.limits.fieldSize, as: .byteCount(64...1 << 20),
                gunicorn: "limit_request_field_size",
                "The longest header field, name and value; a longer one is answered 431."),
            .setting(
                "limit_request_head", \.limits.head, as: .byteCount(1_024...16 << 20),
                "The longest request head, and the longest trailer section; a longer head is answered 431."),
            .part(\.body, BodySettings.rows),
            .setting(
                "forwarded_allow_ips", \.forwarding.trusted, gunicorn: "forwarded_allow_ips",
                "Proxies whose Forwarded, X-Forwarded-For, -Proto, -Host and X-Request-Id are believed: addresses, "
                    + "networks, unix (all unix sockets) or * (everybody). They must write or remove each of these."),
            .setting(
                "header_map", \.forwarding.underscores, gunicorn: "header_map",
                "What becomes of header fields with an underscore in their name when the peer is none of "
                    + "forwarded_allow_ips: drop leaves them out, refuse answers 400, allow takes them."),
        ])
}
