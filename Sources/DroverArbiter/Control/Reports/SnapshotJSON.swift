internal import DroverCore

/// A snapshot as JSON for programs: times in milliseconds (latencies in microseconds), sizes in bytes.
struct SnapshotJSON {
    let snapshot: ArbiterSnapshot

    private typealias Member = (name: String, value: String)

    /// One object with everything.
    var status: String {
        JSONText.lines([
            ("name", JSONText.string(snapshot.name)),
            ("version", JSONText.string(snapshot.version)),
            ("pid", String(snapshot.pid)),
            ("generation", String(snapshot.generation)),
            ("uptime_ms", String(snapshot.uptime)),
            ("phase", JSONText.string(snapshot.phase)),
            ("undertaking", Self.text(snapshot.undertaking)),
            ("target", String(snapshot.target)),
            ("totals", JSONText.object(Self.totals(snapshot.totals))),
            ("workers", Self.lines(snapshot.workers.map(Self.worker), indent: "  ")),
            ("listeners", Self.lines(snapshot.listeners.map(Self.listener), indent: "  ")),
        ]) + "\n"
    }

    /// An array of the workers.
    var workers: String { Self.lines(snapshot.workers.map(Self.worker), indent: "") + "\n" }

    /// An array of the addresses.
    var listeners: String { Self.lines(snapshot.listeners.map(Self.listener), indent: "") + "\n" }

    private static func worker(_ worker: ArbiterSnapshot.Worker) -> String {
        let oldest = worker.oldest.map { request in
            JSONText.object([("request", JSONText.string(request.label)), ("for_ms", String(request.age))])
        }
        let members: [Member] =
            [
                ("slot", String(worker.slot)),
                ("pid", String(worker.pid)),
                ("generation", String(worker.generation)),
                ("state", JSONText.string(worker.state)),
                ("accepting", text(worker.accepting?.stance)),
                ("deaf_ms", String(worker.accepting?.deaf ?? 0)),
                ("uptime_ms", String(worker.uptime)),
                ("heartbeat_age_ms", String(worker.heartbeatAge)),
                ("busy_ms", String(worker.busy)),
                ("connections", String(worker.connections)),
                ("taken_over", String(worker.takenOver)),
                ("lingering", String(worker.lingering)),
                ("in_flight", String(worker.inFlight)),
                ("rss_bytes", number(worker.residentBytes)),
                ("oldest", oldest ?? "null"),
            ] + totals(worker.totals)
        return JSONText.object(members)
    }

    private static func totals(_ totals: ScoreboardTotals) -> [Member] {
        [
            ("accepted", String(totals.accepted)),
            ("requests", String(totals.requests)),
            ("errors", String(totals.errors)),
            ("listen_failures", String(totals.listenFailures)),
            ("evicted", String(totals.evicted)),
            ("bytes_in", String(totals.bytesReceived)),
            ("bytes_out", String(totals.bytesSent)),
            ("latency_p50_us", number(totals.latencyQuantile(0.5))),
            ("latency_p99_us", number(totals.latencyQuantile(0.99))),
        ]
    }

    private static func listener(_ listener: ArbiterSnapshot.Listener) -> String {
        JSONText.object([
            ("address", JSONText.string(listener.address)),
            ("bind", JSONText.string(listener.bind)),
            ("accept", JSONText.string(listener.accept)),
            ("transport", JSONText.string(listener.transport)),
            ("protocol", JSONText.string(listener.protocolName)),
            ("app", listener.application.isEmpty ? "null" : JSONText.string(listener.application)),
            ("alternatives", JSONText.array(listener.alternatives.map(JSONText.string))),
            ("backlog", String(listener.backlog)),
            ("queued", number(listener.queued)),
            ("proxy_protocol", text(listener.proxies)),
            ("timeouts_ms", timeouts(listener.timeouts)),
            (
                "sections",
                JSONText.object(
                    listener.sections.sorted { $0.key < $1.key }.map { ($0.key, JSONText.tree($0.value)) })
            ),
        ])
    }

    private static func timeouts(_ timeouts: TimeoutSettings) -> String {
        let members: [(String, Duration)] = [
            ("handshake", timeouts.handshake), ("first_byte", timeouts.firstByte), ("keepalive", timeouts.keepalive),
            ("read", timeouts.read), ("write", timeouts.write), ("request", timeouts.request),
            ("takeover", timeouts.takeover), ("linger", timeouts.linger), ("linger_pause", timeouts.lingerPause),
        ]
        return JSONText.object(members.map { ($0, String($1.inMilliseconds)) })
    }

    private static func text(_ text: String?) -> String { text.map(JSONText.string) ?? "null" }

    private static func number(_ number: (some BinaryInteger)?) -> String { number.map { "\($0)" } ?? "null" }

    private static func lines(_ elements: [String], indent: String) -> String {
        if elements.isEmpty { return "[]" }
        return "[\n" + elements.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)]"
    }
}
