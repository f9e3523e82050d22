import DroverCore

extension SettingsTable {
    static let configurationRows = [
        SettingRow(
            spec: SettingSpec(
                "config", .path, default: .string("drover.yaml"), flags: ["--config"], shortFlag: "c", effect: .restart,
                gunicorn: "config",
                "The configuration file. drover.yaml in the working directory is read if it is there; a file that is "
                    + "named must be there."),
            group: .configuration, field: .commandLine)
    ]

    static func listenerRows(_ vocabulary: SettingsVocabulary) -> [SettingRow] {
        let firstProtocol = vocabulary.protocols.first?.name ?? ""
        return [
            SettingRow(
                spec: SettingSpec(
                    "bind", .addresses, default: .string(BindAddress.standard.description), flags: ["--bind"],
                    shortFlag: "b",
                    gunicorn: "bind",
                    "Address to listen on: HOST[:PORT], [v6]:PORT, :PORT (every interface), unix:PATH, unix:@NAME "
                        + "(abstract), fd://N or fd://NAME (from systemd); port 0 takes a free one. Several make as many listeners."
                ),
                group: .listeners, field: .bind),
            .listener(
                \.protocolName, "protocol", as: .choice(vocabulary.protocols, noun: "protocol"),
                default: .string(firstProtocol),
                gunicorn: "protocol", "What the bytes on a connection mean."),
            .listener(
                \.application, "app", as: .choice(vocabulary.applications, noun: "application"),
                default: .string(vocabulary.defaultApplication(for: firstProtocol)), gunicorn: "wsgi_app",
                "The application that the protocol calls."),
            .listener(
                \.alternatives, "alternatives", flags: [],
                "Further protocols, for clients that ask for one by name where the transport negotiates that (ALPN): "
                    + "PROTOCOL, or PROTOCOL:APP for one with another application than its usual one. All others get the "
                    + "listener's protocol."),
            .listener(
                \.transport, "transport", as: .choice(vocabulary.transports, noun: "transport"),
                "How bytes travel."),
            .listener(
                \.backlog, "backlog", as: .integer(1...65_535), gunicorn: "backlog",
                "Connections the kernel queues before a worker accepts them; net.core.somaxconn caps it."),
            .listener(
                \.accept, "accept", spelling: .onlyInListener,
                "Who accepts: shared is one queue for all workers, reuseport a queue for each."),
            .listener(
                \.accept, "reuse_port", as: .boolean, default: .boolean(false), spelling: .onlyAtTop,
                gunicorn: "reuse_port",
                "Gives every worker a queue of its own, SO_REUSEPORT: 'accept: reuseport' for all listeners."),
            .listener(
                \.proxyProtocol, "proxy_protocol", gunicorn: "proxy_protocol",
                "Whether proxies say who the client is, in the PROXY protocol 1 or 2: on lets those of proxy_allow_ips say "
                    + "so, required refuses everybody else."),
            .listener(
                \.proxyAllowed, "proxy_allow_ips", gunicorn: "proxy_allow_ips",
                "The proxies whose PROXY header is believed: addresses, networks, unix (all unix sockets) or * (everybody)."
            ),
        ]
    }
}
