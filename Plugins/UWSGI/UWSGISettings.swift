package import DroverCore
package import DroverHTTPMessages
package import DroverSystem

/// What the `uwsgi:` section of the configuration says.
package struct UWSGISettings: Sendable, Equatable {
    /// Who may send packets: their word is taken about who the client is.
    package var allowed = AddressRanges.thisMachine
    /// How large a packet may be.
    package var packet = PacketLimits()
    /// How large the parts of the request in it may be.
    package var limits = HeadLimits()
    /// How fast a request's body has to come.
    package var bodyPace = BodyPace(rate: 240, grace: 30_000)

    /// The defaults.
    package init() {}
}

extension UWSGISettings {
    /// The `uwsgi:` section as the core checks and documents it.
    package static var section: PluginSection {
        let standard = UWSGISettings()
        return PluginSection(
            "uwsgi",
            settings: packetRows(standard) + BodySettings.rows(standard.limits, standard.bodyPace))
    }

    private static func packetRows(_ standard: UWSGISettings) -> [SettingSpec] {
        [
            SettingSpec(
                "uwsgi_allow_ips", .addressRanges, default: "127.0.0.1,::1,unix", flags: ["--uwsgi-allow-from"],
                effect: .reload, gunicorn: "uwsgi_allow_ips",
                "Who may speak uwsgi here, and is believed about who the client is: addresses, networks, unix (all "
                    + "unix sockets) or * (everybody); others are answered 403."),
            SettingSpec(
                "limit_variables", .integer(1...16_384), default: "\(standard.packet.variables)", effect: .reload,
                "The largest number of variables in a packet, header fields included; more are answered 431."),
            SettingSpec(
                "limit_block", .byteCount(64...PacketLimits.largestBlock), default: "\(standard.packet.block)",
                effect: .reload,
                "The most bytes of variables in a packet, which cannot say more than the default; more are answered "
                    + "431."),
            SettingSpec(
                "limit_request_line", .byteCount(64...PacketLimits.largestBlock),
                default: "\(standard.limits.requestLine)", effect: .reload,
                "The longest method and target; longer ones are answered 414."),
        ]
    }

    /// Reads the section, with every default filled in.
    ///
    /// - Throws: `SettingsIssue` for a value that is missing, of the wrong type or out of range.
    package init(section: SettingsNode) throws(SettingsIssue) {
        allowed = try section.addressRanges("uwsgi_allow_ips")
        packet.variables = try section.integer("limit_variables")
        packet.block = try section.byteCount("limit_block")
        limits.requestLine = try section.byteCount("limit_request_line")
        let body = try BodySettings(section: section)
        limits.body = body.limit
        bodyPace = body.pace
    }
}
