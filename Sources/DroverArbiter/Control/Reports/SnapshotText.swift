internal import DroverCore

/// A snapshot as tables for people.
struct SnapshotText {
    let snapshot: ArbiterSnapshot

    /// The summary, and under it the workers.
    var status: String { summary + "\n" + workers }

    private var summary: String {
        let totals = snapshot.totals
        let ready = snapshot.workers.count { $0.state == "ready" || $0.state == "retiring" }
        let connections = snapshot.workers.map(\.connections).reduce(0, +)
        let takenOver = snapshot.workers.map(\.takenOver).reduce(0, +)
        let lingering = snapshot.workers.map(\.lingering).reduce(0, +)
        let inFlight = snapshot.workers.map(\.inFlight).reduce(0, +)
        let uptime = ReadableAmount.time(milliseconds: snapshot.uptime)
        let undertaking = snapshot.undertaking.map { ", \($0)" } ?? ""
        var lines = [
            "\(snapshot.name) \(snapshot.version): arbiter \(snapshot.pid), up \(uptime), \(snapshot.phase)\(undertaking)",
            "workers: \(ready) ready of \(snapshot.target) wanted, generation \(snapshot.generation)" + impairments,
            "requests: \(totals.requests) answered, \(inFlight) in flight, \(totals.errors) errors"
                + latency(totals),
            "connections: \(totals.accepted) accepted, \(connections) open, \(takenOver) taken over, "
                + "\(lingering) lingering, \(totals.evicted) evicted; "
                + "\(ReadableAmount.bytes(totals.bytesReceived)) in, \(ReadableAmount.bytes(totals.bytesSent)) out",
        ]
        lines += snapshot.listeners.map { "listening: \(speaker($0)) on \($0.address)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What keeps ready workers from new connections, and how often one could not listen; nothing when all is well.
    private var impairments: String {
        let stances = snapshot.workers.compactMap(\.accepting?.stance)
        let counts = ["full", "paused", "declining", "deaf"].map { word in (word, stances.count { $0 == word }) }
        let parts = counts.filter { $0.1 > 0 }.map { "; \($0.1) \($0.0)" }
        let past = snapshot.totals.listenFailures
        return parts.joined() + (past > 0 ? "; listen failures: \(past)" : "")
    }

    private func latency(_ totals: ScoreboardTotals) -> String {
        guard let half = totals.latencyQuantile(0.5), let most = totals.latencyQuantile(0.99) else { return "" }
        let (p50, p99) = (ReadableAmount.time(microseconds: half), ReadableAmount.time(microseconds: most))
        return "; half took less than \(p50), 99 % less than \(p99)"
    }

    private func speaker(_ listener: ArbiterSnapshot.Listener) -> String {
        let own =
            listener.application.isEmpty ? listener.protocolName : "\(listener.protocolName) (\(listener.application))"
        return listener.alternatives.isEmpty ? own : "\(own), by name \(listener.alternatives.joined(separator: ", "))"
    }

    /// A line a worker.
    var workers: String {
        var table = TextTable([
            .number("SLOT"), .number("PID"), .number("GEN"), .words("STATE"), .words("ACCEPTS"), .number("UP"),
            .number("BEAT"), .number("REQUESTS"), .number("FLIGHT"), .number("CONNS"), .number("TAKEN"),
            .number("LINGER"), .number("EVICTED"), .number("ERRORS"), .number("IN"), .number("OUT"),
            .number("RSS"), .words("OLDEST REQUEST"),
        ])
        for worker in snapshot.workers {
            table.add([
                String(worker.slot), String(worker.pid), String(worker.generation), worker.state,
                accepts(worker.accepting),
                ReadableAmount.time(milliseconds: worker.uptime),
                ReadableAmount.time(milliseconds: worker.heartbeatAge), String(worker.totals.requests),
                String(worker.inFlight), String(worker.connections), String(worker.takenOver), String(worker.lingering),
                String(worker.totals.evicted), String(worker.totals.errors),
                ReadableAmount.bytes(worker.totals.bytesReceived), ReadableAmount.bytes(worker.totals.bytesSent),
                worker.residentBytes.map { ReadableAmount.bytes(UInt64(max($0, 0))) } ?? "?",
                worker.oldest.map { "\($0.label) (\(ReadableAmount.time(milliseconds: $0.age)))" } ?? "",
            ])
        }
        return table.text
    }

    private func accepts(_ accepting: ArbiterSnapshot.Accepting?) -> String {
        guard let accepting else { return "-" }
        if accepting.deaf == 0 { return accepting.stance }
        return "\(accepting.stance) (\(ReadableAmount.time(milliseconds: accepting.deaf)))"
    }

    /// A line an address.
    var listeners: String {
        var table = TextTable([
            .words("ADDRESS"), .words("ACCEPT"), .words("TRANSPORT"), .words("PROTOCOL"), .words("APP"),
            .number("QUEUED"), .number("BACKLOG"), .number("HANDSHAKE"), .number("FIRST BYTE"), .number("KEEPALIVE"),
            .number("READ"), .number("WRITE"), .number("REQUEST"), .number("TAKEOVER"), .number("LINGER"),
        ])
        for listener in snapshot.listeners {
            table.add([
                listener.address, listener.accept, listener.transport, listener.protocolName,
                listener.application.isEmpty ? "-" : listener.application,
                listener.queued.map(String.init) ?? "?", String(listener.backlog),
                limit(listener.timeouts.handshake), limit(listener.timeouts.firstByte),
                limit(listener.timeouts.keepalive), limit(listener.timeouts.read), limit(listener.timeouts.write),
                limit(listener.timeouts.request), limit(listener.timeouts.takeover), limit(listener.timeouts.linger),
            ])
        }
        return table.text + snapshot.listeners.map(own).joined()
    }

    private func limit(_ time: Duration) -> String {
        time == .zero ? "-" : ReadableAmount.time(milliseconds: time.inMilliseconds)
    }

    /// What a listener has for itself, which no column has room for.
    private func own(_ listener: ArbiterSnapshot.Listener) -> String {
        let proxies = listener.proxies.map { ["proxy_protocol: \($0)"] } ?? []
        let sections = listener.sections.sorted { $0.key < $1.key }.map { "\($0.key): \(JSONText.tree($0.value))" }
        return (proxies + sections).map { "\(listener.address) has \($0)\n" }.joined()
    }
}
