import DroverCore

extension SettingsTable {
    static let timeoutRows: [SettingRow] = [
        .server(
            .timeouts, \.timeouts.timeout, "timeout", .duration, shortFlag: "t", gunicorn: "timeout",
            "Silence after which a worker counts as hung and is aborted; 0 is never."),
        .server(
            .timeouts, \.timeouts.graceful, "graceful_timeout", .duration, gunicorn: "graceful_timeout",
            "What requests in flight get to finish when a worker stops."),
        .server(
            .timeouts, \.timeouts.boot, "boot_timeout", .duration,
            "What a worker gets to become ready; 0 is no limit."),
        .server(
            .timeouts, \.timeouts.abortGrace, "abort_grace", .duration,
            "What a hung worker gets after SIGABRT before SIGKILL."),
        .server(
            .timeouts, \.timeouts.keepalive, "keepalive", .duration, flags: ["--keep-alive"], gunicorn: "keepalive",
            "What an idle connection gets between requests; 0 closes after each reply."),
        .server(
            .timeouts, \.timeouts.handshake, "handshake_timeout", .duration,
            "What a transport's handshake gets; 0 is no limit."),
        .server(
            .timeouts, \.timeouts.firstByte, "first_byte_timeout", .duration,
            "What a new connection gets to send its first byte; 0 is no limit."),
        .server(
            .timeouts, \.timeouts.read, "read_timeout", .duration,
            "What a peer gets to send a head or line it began, and in a request each further part of its input; 0 is no limit."
        ),
        .server(
            .timeouts, \.timeouts.write, "write_timeout", .duration,
            "What a peer gets to take a reply that waits; 0 is no limit."),
        .server(
            .timeouts, \.timeouts.request, "request_timeout", .duration,
            "What a whole request gets before its task is cancelled; 0 is no limit."),
    ]
}
