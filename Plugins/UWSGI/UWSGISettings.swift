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
    package var bodyPace = BodyPace.standard

    /// The defaults.
    package init() {}

    private var body: BodySettings {
        get { BodySettings(limits, bodyPace) }
        set { (limits.body, bodyPace) = (newValue.limit, newValue.pace) }
    }

    /// The section.
    package static let section = PluginSection(
        "uwsgi", UWSGISettings(),
        [
            .setting(
                "uwsgi_allow_ips", \.allowed, flags: ["--uwsgi-allow-from"], gunicorn: "uwsgi_allow_ips",
                "Who may speak uwsgi here, and is believed about who the client is: addresses, networks, unix (all unix "
                    + "sockets) or * (everybody); others are answered 403."),
            .setting(
                "limit_variables", \.packet.variables, as: .integer(1...16_384),
                "The largest number of variables in a packet, header fields included; more are answered 431."),
            .setting(
                "limit_block", \.packet.block, as: .byteCount(64...PacketLimits.largestBlock),
                "The most bytes of variables in a packet, which cannot say more than the default; more are answered 431."
            ),
            .setting(
                "limit_request_line", \.limits.requestLine, as: .byteCount(64...PacketLimits.largestBlock),
                "The longest method and target; longer ones are answered 414."),
            .part(\.body, BodySettings.rows),
        ])
}
