import DroverCore
import DroverHTTPMessages
import DroverSystem

/// What the `uwsgi:` section of the configuration says.
struct UWSGISettings: Sendable, Equatable {
    /// How large a packet may be.
    var packet = PacketLimits()
    /// What holds for the request in it.
    var rules = ExchangeRules()

    /// Who may send packets: their word is taken about who the client is.
    var allowed: AddressRanges {
        get { rules.forwarding.trusted }
        set { rules.forwarding.trusted = newValue }
    }

    /// The section.
    static let section = PluginSection(
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
                "limit_request_line", \.rules.limits.requestLine, as: .byteCount(64...PacketLimits.largestBlock),
                "The longest method and target; longer ones are answered 414."),
            .part(\.rules.body, BodySettings.rows),
        ])
}
