import DroverTestSupport
import Glibc
import Testing

@Suite struct NotificationTests {
    private let directory = TemporaryDirectory()

    private func lab(
        _ manager: NotifyReceiver, _ arguments: [String] = [], environment: [String: String] = [:]
    ) -> SpawnedServer {
        SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "-w", "2"] + arguments,
            environment: environment.merging(["NOTIFY_SOCKET": manager.name]) { $1 }, in: directory)
    }

    @Test(arguments: [false, true]) func readinessComesWithTheLastWorker(abstract: Bool) throws {
        let manager = NotifyReceiver("\(abstract ? "@" : "")\(directory.path)/notify")
        let server = lab(manager, environment: ["LAB_BOOT": "slow:600", "LAB_BOOT_SLOT": "1"])
        try server.waitUntilReady(workers: 1)
        #expect(manager.next() == nil, "one of two is not ready")
        #expect(try manager.wait(for: "READY=1") == ["READY=1", "STATUS=2 of 2 workers ready, generation 1"])
        #expect(server.lines("event=worker_ready").count == 2)
        server.signal(SIGTTIN)
        _ = try manager.wait(for: "STATUS=3 of 3 workers ready, generation 1")
        let worker = server.workers[0]
        kill(worker, SIGKILL)
        _ = try manager.wait(for: "STATUS=2 of 3 workers ready, generation 1")
        _ = try manager.wait(for: "STATUS=3 of 3 workers ready, generation 1")
        server.signal(SIGTERM)
        #expect(try manager.wait(for: "STOPPING=1") == ["STOPPING=1"])
        #expect(server.waitForExit() == 0)
        while let lines = manager.next() { #expect(lines.allSatisfy { $0.hasPrefix("STATUS=stopping") }, "\(lines)") }
    }

    @Test func reloadIsAnnouncedAndEndsHoweverItGoes() throws {
        let manager = NotifyReceiver("@\(directory.path)/notify")
        let server = lab(manager)
        _ = try manager.wait(for: "READY=1")
        server.signal(SIGHUP)
        let reload = try manager.wait(for: "READY=1")
        #expect(reload.first == "RELOADING=1")
        #expect(reload.dropFirst().first?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(reload.last == "STATUS=2 of 2 workers ready, generation 2")
        directory.write("drover.yaml", "nonsense: true\n")
        server.signal(SIGHUP)
        _ = try manager.wait(for: "RELOADING=1")
        _ = try manager.wait(for: "READY=1")
        directory.write("drover.yaml", "raw_env: [LAB_BOOT=fail]\n")
        server.signal(SIGHUP)
        _ = try manager.wait(for: "RELOADING=1")
        #expect(try manager.wait(for: "READY=1").last?.hasSuffix("generation 2") == true)
        try server.waitForLines("event=reload_failed", count: 2)
        #expect(server.stop() == 0)
    }

    @Test func signsOfLifeComeTwiceInTheTimeForOne() throws {
        let manager = NotifyReceiver("@\(directory.path)/notify")
        let server = lab(manager, environment: ["WATCHDOG_USEC": "300000"])
        _ = try manager.wait(for: "READY=1")
        let start = now()
        for _ in 0..<6 { _ = try manager.wait(for: "WATCHDOG=1") }
        // An idle server would sleep; six signs take five intervals of 150 ms.
        #expect((0.6...3).contains(now() - start), "\(now() - start)")
        kill(server.pid, SIGSTOP)
        usleep(50_000)
        while manager.next() != nil {}
        usleep(500_000)
        #expect(manager.next() == nil, "an arbiter that is stuck gives no sign")
        kill(server.pid, SIGCONT)
        _ = try manager.wait(for: "WATCHDOG=1")
        #expect(server.stop() == 0)
    }

    @Test func somebodyElsesWatchdogGetsNoSigns() throws {
        let manager = NotifyReceiver("@\(directory.path)/notify")
        let server = lab(manager, environment: ["WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"])
        _ = try manager.wait(for: "READY=1")
        server.signal(SIGTERM)
        #expect(try !manager.wait(for: "STOPPING=1").contains("WATCHDOG=1"))
        #expect(server.waitForExit() == 0)
    }

    @Test func upgradeNamesTheNewArbiter() throws {
        let manager = NotifyReceiver("@\(directory.path)/notify")
        let server = lab(manager, ["--pid", "lab.pid"], environment: ["WATCHDOG_USEC": "200000"])
        _ = try manager.wait(for: "READY=1")
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_started")
        let young = try #require(
            server.lines("event=upgrade_started").first.flatMap { SpawnedServer.value("pid", in: $0) }
                .flatMap { pid_t($0) })
        defer { kill(young, SIGKILL) }
        _ = try manager.wait(for: "MAINPID=\(young)")
        #expect(server.waitForExit() == 0)
        // From the successor: once at the time and once more when the elder has gone, as systemd hears one process only.
        #expect(eventually { directory.read("lab.pid") == "\(young)\n" })
        let later = try manager.wait(for: "WATCHDOG=1")
        let rest = later + (try manager.wait(for: "WATCHDOG=1"))
        #expect(!rest.contains("STOPPING=1"), "the service goes on: \(rest)")
        kill(young, SIGTERM)
        let end = try manager.wait(for: "STOPPING=1")
        #expect((rest + end).contains("READY=1"))
        #expect(eventually { !SpawnedServer.isAlive(young) })
    }

    @Test func upgradeTakenBackNamesTheElderAgain() throws {
        let manager = NotifyReceiver("@\(directory.path)/notify")
        let server = lab(manager, ["--upgrade", "manual"])
        _ = try manager.wait(for: "READY=1")
        server.signal(SIGUSR2)
        try server.waitForLines("event=upgrade_ready")
        let young = try #require(
            server.lines("event=upgrade_ready").first.flatMap { SpawnedServer.value("pid", in: $0) }
                .flatMap { pid_t($0) })
        defer { kill(young, SIGKILL) }
        _ = try manager.wait(for: "MAINPID=\(young)")
        // Nothing that the elder does is the service's business now.
        server.signal(SIGTTIN)
        try server.waitUntilReady(workers: 5)
        kill(young, SIGTERM)
        let lines = try manager.wait(for: "MAINPID=\(server.pid)")
        #expect(!lines.contains { $0.hasPrefix("STATUS=3") || $0 == "STOPPING=1" }, "\(lines)")
        _ = try manager.wait(for: "READY=1")
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
        _ = try manager.wait(for: "STOPPING=1")
    }

    @Test func managerThatHasGoneIsNoReasonToFail() throws {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0"], environment: ["NOTIFY_SOCKET": "\(directory.path)/gone"], in: directory
        )
        try server.waitForLines("event=service_manager_unreachable")
        #expect(try server.get("/").status == 200)
        #expect(server.stop() == 0)
        #expect(server.lines("event=service_manager_unreachable").count == 1)
    }
}
