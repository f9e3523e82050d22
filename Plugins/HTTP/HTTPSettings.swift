import DroverCore
import DroverHTTPMessages

/// What the `http:` section of the configuration says.
struct HTTPSettings: Sendable, Equatable {
    /// What holds for a request.
    var rules = ExchangeRules()

    /// The section.
    static let section = PluginSection(
        "http", HTTPSettings(),
        [
            .setting(
                "limit_request_line", \.rules.limits.requestLine, as: .byteCount(64...1 << 20),
                gunicorn: "limit_request_line",
                "The longest request line; a longer one is answered 414."),
            .setting(
                "limit_request_fields", \.rules.limits.fields, as: .integer(1...32_768),
                gunicorn: "limit_request_fields",
                "The largest number of header fields; more are answered 431."),
            .setting(
                "limit_request_field_size", \.rules.limits.fieldSize, as: .byteCount(64...1 << 20),
                gunicorn: "limit_request_field_size",
                "The longest header field, name and value; a longer one is answered 431."),
            .setting(
                "limit_request_head", \.rules.limits.head, as: .byteCount(1_024...16 << 20),
                "The longest request head, and the longest trailer section; a longer head is answered 431."),
            .part(\.rules.body, BodySettings.rows),
            .setting(
                "forwarded_allow_ips", \.rules.forwarding.trusted, gunicorn: "forwarded_allow_ips",
                "Proxies whose Forwarded, X-Forwarded-For, -Proto, -Host and X-Request-Id are believed: addresses, "
                    + "networks, unix (all unix sockets) or * (everybody). They must write or remove each of these."),
            .setting(
                "header_map", \.rules.forwarding.underscores, gunicorn: "header_map",
                "What becomes of header fields with an underscore in their name when the peer is none of "
                    + "forwarded_allow_ips: drop leaves them out, refuse answers 400, allow takes them."),
        ])
}
