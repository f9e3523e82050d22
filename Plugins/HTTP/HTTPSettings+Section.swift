package import DroverCore
import DroverHTTPMessages

extension HTTPSettings {
    /// The `http:` section as the core checks and documents it.
    package static var section: PluginSection {
        let defaults = HeadLimits()
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
            ])
    }

    /// Reads the section, with every default filled in.
    ///
    /// - Throws: `SettingsIssue` for a value that is missing, of the wrong type or out of range.
    package init(section: SettingsNode) throws(SettingsIssue) {
        limits.requestLine = try section.byteCount("limit_request_line")
        limits.fields = try section.integer("limit_request_fields")
        limits.fieldSize = try section.byteCount("limit_request_field_size")
        limits.head = try section.byteCount("limit_request_head")
        limits.body = try section.byteCount("limit_request_body")
    }
}
