package import DroverCore
import DroverHTTPMessages

extension HTTPSettings {
    /// The `http:` section as the core checks and documents it.
    package static var section: PluginSection {
        let standard = HTTPSettings()
        return PluginSection(
            "http",
            settings: headRows(standard.limits) + BodySettings.rows(standard.limits, standard.bodyPace) + proxyRows)
    }

    private static func headRows(_ defaults: HeadLimits) -> [SettingSpec] {
        [
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
        ]
    }

    private static var proxyRows: [SettingSpec] {
        [
            SettingSpec(
                "forwarded_allow_ips", .addressRanges, default: "127.0.0.1,::1,unix", effect: .reload,
                gunicorn: "forwarded_allow_ips",
                "Proxies whose Forwarded, X-Forwarded-For, -Proto, -Host and X-Request-Id are believed: addresses, "
                    + "networks, unix (all unix sockets) or * (everybody). They must write or remove each of these."),
            SettingSpec(
                "header_map", .choice(Self.headerMaps, noun: "header_map"), default: "drop", effect: .reload,
                gunicorn: "header_map",
                "What becomes of header fields with an underscore in their name when the peer is none of "
                    + "forwarded_allow_ips: drop leaves them out, refuse answers 400, allow takes them."),
        ]
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
        let body = try BodySettings(section: section)
        limits.body = body.limit
        bodyPace = body.pace
        forwarding.trusted = try section.addressRanges("forwarded_allow_ips")
        forwarding.underscores = .init(rawValue: try section.string("header_map")) ?? .allow
    }
}
