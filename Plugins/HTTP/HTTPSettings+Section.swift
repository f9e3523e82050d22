package import DroverCore
import DroverHTTPMessages

extension HTTPSettings {
    /// The `http:` section as the core checks and documents it.
    package static var section: PluginSection {
        let standard = HTTPSettings()
        let defaults = standard.limits
        return PluginSection(
            "http",
            settings: [
                SettingSpec(
                    "limit_request_line", .byteCount(64...1 << 20), default: "\(defaults.requestLine)",
                    effect: .reload, gunicorn: "limit_request_line",
                    "The longest request line; a longer one is answered 414."),
                SettingSpec(
                    "limit_request_fields", .integer(1...32_768), default: "\(defaults.fields)",
                    effect: .reload, gunicorn: "limit_request_fields",
                    "The largest number of header fields; more are answered 431."),
                SettingSpec(
                    "limit_request_field_size", .byteCount(64...1 << 20), default: "\(defaults.fieldSize)",
                    effect: .reload, gunicorn: "limit_request_field_size",
                    "The longest header field, name and value; a longer one is answered 431."),
                SettingSpec(
                    "limit_request_head", .byteCount(1_024...16 << 20), default: "\(defaults.head)",
                    effect: .reload,
                    "The longest request head, and the longest trailer section; a longer head is answered 431."),
                SettingSpec(
                    "limit_request_body", .byteCount(0...Int.max), default: "\(defaults.body)",
                    effect: .reload,
                    "The largest request body; a larger one is answered 413 before it is read."),
                SettingSpec(
                    "body_minimum_rate", .byteCount(0...1 << 30), default: "\(standard.bodyPace.rate)",
                    effect: .reload,
                    "Bytes a second that a request body must come at, over the time that the server waits for it; a "
                        + "slower one is answered 408. 0 is any rate."),
                SettingSpec(
                    "body_rate_grace", .duration, default: "\(standard.bodyPace.grace / 1_000)",
                    effect: .reload,
                    "How long a request body may pause or be slower than body_minimum_rate."),
                SettingSpec(
                    "forwarded_allow_ips", .addressRanges, default: "127.0.0.1,::1", effect: .reload,
                    gunicorn: "forwarded_allow_ips",
                    "Proxies whose Forwarded, X-Forwarded-For, -Proto, -Host and X-Request-Id are believed: addresses, "
                        + "networks, unix (all unix sockets) or * (everybody)."),
                SettingSpec(
                    "header_map", .choice(Self.headerMaps, noun: "header_map"), default: "drop", effect: .reload,
                    gunicorn: "header_map",
                    "What becomes of header fields with an underscore in their name when the peer is none of "
                        + "forwarded_allow_ips: drop leaves them out, refuse answers 400, allow takes them."),
            ])
    }

    private static let headerMaps = [
        SettingChoice("drop", "leaves them out"), SettingChoice("refuse", "answers 400"),
        SettingChoice("allow", "takes them"), SettingChoice("dangerous", "what gunicorn calls allow"),
    ]

    /// Reads the section, with every default filled in.
    ///
    /// - Throws: `SettingsIssue` for a value that is missing, of the wrong type or out of range.
    package init(section: SettingsNode) throws(SettingsIssue) {
        limits.requestLine = try section.byteCount("limit_request_line")
        limits.fields = try section.integer("limit_request_fields")
        limits.fieldSize = try section.byteCount("limit_request_field_size")
        limits.head = try section.byteCount("limit_request_head")
        limits.body = try section.byteCount("limit_request_body")
        bodyPace.rate = try section.byteCount("body_minimum_rate")
        bodyPace.grace = try section.duration("body_rate_grace").inMilliseconds
        forwarding.trusted = try section.addressRanges("forwarded_allow_ips")
        forwarding.underscores = .init(rawValue: try section.string("header_map")) ?? .allow
    }
}
