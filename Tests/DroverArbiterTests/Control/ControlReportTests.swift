import DroverCore
import DroverSystem
import Testing

@testable import DroverArbiter

@Suite struct ControlReportTests {
    private var snapshot: ArbiterSnapshot {
        var snapshot = ArbiterSnapshot(
            pid: 4242, name: "shop", version: "1.2.3", generation: 7, uptime: 11_520_000, phase: "running",
            undertaking: "reload under way", target: 3)
        snapshot.totals.requests = 1_000
        snapshot.totals.errors = 2
        snapshot.totals.accepted = 50
        snapshot.totals.listenFailures = 2
        snapshot.totals.evicted = 4
        snapshot.totals.bytesReceived = 1_300
        snapshot.totals.bytesSent = 5_300_000
        snapshot.totals.latency[LatencyHistogram.bucket(nanoseconds: 900_000)] = 900
        snapshot.totals.latency[LatencyHistogram.bucket(nanoseconds: 40_000_000)] = 100
        var busy = ArbiterSnapshot.Worker(slot: 0, pid: 5001, generation: 7, state: "ready")
        busy.uptime = 3_500
        busy.busy = 1_200
        busy.heartbeatAge = 1_200
        busy.accepting = ArbiterSnapshot.Accepting("deaf", deaf: 12_000)
        busy.connections = 3
        busy.takenOver = 2
        busy.lingering = 1
        busy.inFlight = 1
        busy.totals.requests = 17
        busy.residentBytes = 25 << 20
        busy.oldest = ArbiterSnapshot.Request(label: "GET /hang?\"", age: 1_200)
        snapshot.workers = [busy, ArbiterSnapshot.Worker(slot: 1, pid: 5002, generation: 6, state: "draining")]
        var greet = ListenerSettings(bind: .tcp(host: "localhost", port: 8000))
        greet.protocolName = "greet"
        greet.application = "hello"
        greet.timeouts.request = .seconds(90)
        greet.idle = .seconds(300)
        greet.proxyProtocol = .required
        let limit = SettingsNode(.scalar("64k", quoted: false), at: .builtIn)
        greet.sections["greet"] = SettingsNode(
            .mapping([SettingsNode.Entry("limit", at: .builtIn, limit)]), at: .builtIn, key: "greet")
        var echo = ListenerSettings(bind: .unix(path: "/run/x"))
        echo.protocolName = "echo"
        echo.backlog = 64
        echo.timeouts.keepalive = .zero
        echo.timeouts.firstByte = .seconds(2)
        snapshot.listeners = [
            ArbiterSnapshot.Listener(greet, address: "127.0.0.1:8000", queued: 4),
            ArbiterSnapshot.Listener(echo, address: "unix:/run/x", queued: nil),
        ]
        return snapshot
    }

    private func text(_ command: ControlCommand, json: Bool = false) -> String {
        let request = ControlRequest(command, wantsJSON: json)
        let answer = ControlReport.answer(to: request, snapshot: { snapshot }) { $0 ? "{}" : "workers: 3" }
        #expect(answer?.status == 0)
        return answer?.text ?? ""
    }

    @Test func statusIsASummaryAndTheWorkers() {
        let lines = text(.status).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.prefix(6) == [
                "shop 1.2.3: arbiter 4242, up 3h 12m, running, reload under way",
                "workers: 1 ready of 3 wanted, generation 7; 1 deaf; listen failures: 2",
                "requests: 1000 answered, 1 in flight, 2 errors; half took less than 1ms, 99 % less than 49ms",
                "connections: 50 accepted, 3 open, 2 taken over, 1 lingering, 4 evicted; 1.2k in, 5M out",
                "listening: greet (hello) on 127.0.0.1:8000",
                "listening: echo on unix:/run/x",
            ])
        #expect(lines[6].isEmpty && lines[7].hasPrefix("SLOT   PID  GEN  STATE"))
    }

    @Test func workersAreATable() {
        #expect(
            text(.workers) == """
                SLOT   PID  GEN  STATE     ACCEPTS      UP  BEAT  REQUESTS  FLIGHT  CONNS  TAKEN  LINGER  EVICTED  ERRORS  IN  OUT  RSS  OLDEST REQUEST
                   0  5001    7  ready     deaf (12s)   3s    1s        17       1      3      2       1        0       0   0    0  25M  GET /hang?" (1s)
                   1  5002    6  draining  -           0ms   0ms         0       0      0      0       0        0       0   0    0    ?

                """)
    }

    @Test func listenersAreATable() {
        #expect(
            text(.listeners) == """
                ADDRESS         ACCEPT  TRANSPORT  PROTOCOL  APP    QUEUED  BACKLOG  HANDSHAKE  FIRST BYTE  KEEPALIVE  READ  WRITE  REQUEST  TAKEOVER  LINGER
                127.0.0.1:8000  shared  plain      greet     hello       4     2048        10s         10s      5m 0s   30s    30s   1m 30s     5m 0s     30s
                unix:/run/x     shared  plain      echo      -           ?       64        10s          2s          -   30s    30s        -     5m 0s     30s
                127.0.0.1:8000 has proxy_protocol: required from 127.0.0.1, ::1, unix
                127.0.0.1:8000 has greet: {"limit": "64k"}

                """)
    }

    @Test func documentHasEveryNumber() {
        let text = text(.status, json: true)
        for part in [
            #""name": "shop""#, #""pid": 4242"#, #""generation": 7"#, #""uptime_ms": 11520000"#, #""phase": "running""#,
            #""undertaking": "reload under way""#, #""target": 3"#, #""requests": 1000"#, #""bytes_out": 5300000"#,
            #""latency_p50_us": 1024"#, #""latency_p99_us": 49152"#, #""rss_bytes": 26214400"#, #""rss_bytes": null"#,
            #""busy_ms": 1200"#, #""connections": 3, "taken_over": 2, "lingering": 1"#, #""evicted": 4"#,
            #""oldest": {"request": "GET /hang?\"", "for_ms": 1200}"#, #""oldest": null"#,
            #""accepting": "deaf", "deaf_ms": 12000"#, #""accepting": null, "deaf_ms": 0"#, #""listen_failures": 2"#,
            #""queued": 4, "#, #""app": null"#, #""proxy_protocol": null"#, #""sections": {"greet": {"limit": "64k"}}"#,
            #""timeouts_ms": {"handshake": 10000, "first_byte": 2000, "keepalive": 0, "read": 30000, "#,
        ] where !text.contains(part.hasSuffix(", ") ? String(part.dropLast(2)) : part) {
            Issue.record("no \(part) in \(text)")
        }
        #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
    }

    @Test func arraysStandAlone() {
        #expect(self.text(.workers, json: true).hasPrefix("[\n  {\"slot\": 0, "))
        #expect(self.text(.listeners, json: true).hasPrefix("[\n  {\"address\": "))
        #expect(self.text(.config, json: true) == "{}\n")
        #expect(self.text(.config) == "workers: 3\n")
        let request = ControlRequest(.reload)
        #expect(ControlReport.answer(to: request, snapshot: { snapshot }) { _ in "" } == nil)
    }

    @Test(arguments: [
        (0, "0ms"), (999, "999ms"), (1_000, "1s"), (59_999, "59s"), (200_000, "3m 20s"), (3_600_000, "1h 0m"),
        (86_400_000 * 3 + 3_600_000 * 4, "3d 4h"), (-5, "0ms"),
    ])
    func timesAreReadable(milliseconds: Int64, text: String) {
        #expect(ReadableAmount.time(milliseconds: milliseconds) == text)
    }

    @Test(arguments: [(0, "0"), (1023, "1023"), (1024, "1k"), (1300, "1.2k"), (25 << 20, "25M"), (7 << 29, "3.5G")])
    func sizesAreReadable(count: UInt64, text: String) {
        #expect(ReadableAmount.bytes(count) == text)
    }

    @Test func workerIsTakenFromRecordAndRow() throws {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 3, generation: 2, now: 1_000_000_000)
        var record = WorkerRecord(
            pid: currentProcess, row: 0, slot: 3, generation: 2, startedAt: 1_000, stage: .starting(deadline: 9_000))
        let starting = ArbiterSnapshot.Worker(record, row: row, now: 3_000_000_000)
        #expect(starting.state == "starting" && starting.uptime == 2_000 && starting.slot == 3)
        #expect((starting.residentBytes ?? 0) > 1 << 20)
        row.setPID(currentProcess)
        row.setReady(now: 1_500_000_000)
        row.beginTurn(now: 2_900)
        row.setConnections(5)
        row.setLingering(2)
        row.addTakenOver(3)
        record.stage = .ready(since: 1_500)
        let worker = ArbiterSnapshot.Worker(record, row: row, now: 3_000_000_000)
        #expect(worker.state == "ready" && worker.heartbeatAge == 100 && worker.busy == 100 && worker.connections == 5)
        #expect(worker.accepting == nil, "nothing is known yet")
        row.setStance(.deaf, deafSince: 1_000)
        let deaf = ArbiterSnapshot.Worker(record, row: row, now: 3_000_000_000)
        #expect(deaf.accepting == ArbiterSnapshot.Accepting("deaf", deaf: 2_000))
        let stances: [(AcceptStance, String)] = [
            (.waiting, "waiting"), (.holdingBack, "holding back"), (.full, "full"), (.paused, "paused"),
            (.declining, "declining"),
        ]
        for (stance, word) in stances {
            row.setStance(stance)
            let taken = ArbiterSnapshot.Worker(record, row: row, now: 3_000_000_000)
            #expect(taken.accepting == ArbiterSnapshot.Accepting(word))
        }
        #expect(worker.lingering == 2 && row.served == 3 && worker.takenOver == 3)
        record.isRetiring = true
        #expect(ArbiterSnapshot.Worker(record, row: row, now: 0).state == "retiring")
        record.stoppedAt = 4
        #expect(ArbiterSnapshot.Worker(record, row: row, now: 0).state == "stopped")
    }
}
