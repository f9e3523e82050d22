import DroverCore

extension SettingsTable {
    static let timeoutRows: [SettingRow] = [
        .server(
            .timeouts, \.timeouts.timeout, "timeout", shortFlag: "t", gunicorn: "timeout",
            "Silence after which a worker counts as hung and is aborted; 0 is never."),
        .server(
            .timeouts, \.timeouts.graceful, "graceful_timeout", gunicorn: "graceful_timeout",
            "What requests in flight get to finish when a worker stops."),
        .server(
            .timeouts, \.timeouts.boot, "boot_timeout",
            "What a worker gets to become ready; 0 is no limit."),
        .server(
            .timeouts, \.timeouts.abortGrace, "abort_grace",
            "What a hung worker gets after SIGABRT before SIGKILL."),
        .listener(
            \.timeouts.keepalive, "keepalive", group: .timeouts, flags: ["--keep-alive"],
            gunicorn: "keepalive",
            "What an idle connection gets between requests; 0 closes after each reply."),
        .listener(
            \.timeouts.handshake, "handshake_timeout", group: .timeouts,
            "What a transport's handshake gets; 0 is no limit."),
        .listener(
            \.timeouts.firstByte, "first_byte_timeout", group: .timeouts,
            "What a new connection gets to send its first byte; 0 is no limit."),
        .listener(
            \.timeouts.read, "read_timeout", group: .timeouts,
            "What a peer gets to send a head or line it began, and in a request each further part of its input; 0 is no limit."
        ),
        .listener(
            \.timeouts.write, "write_timeout", group: .timeouts,
            "What a peer gets to take a reply that waits; 0 is no limit."),
        .listener(
            \.timeouts.request, "request_timeout", group: .timeouts,
            "What a whole request gets before its task is cancelled; 0 is no limit."),
        .listener(
            \.timeouts.takeover, "takeover_timeout", group: .timeouts,
            "How long a connection that a handler has taken over (WebSocket, a tunnel) may be silent while the handler "
                + "waits for input outside a request; 0 is no limit."),
        .listener(
            \.timeouts.linger, "linger_time", group: .timeouts,
            "How long a connection whose peer still sends after the last reply goes on receiving that, so that the reply "
                + "is not lost; 0 closes at once."),
        .listener(
            \.timeouts.lingerPause, "linger_timeout", group: .timeouts,
            "How long such a peer may pause meanwhile; 0 is no limit but linger_time."),
    ]
}
