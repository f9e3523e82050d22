import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Reloads {
        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func twentyReloadsLoseNothing(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load()
            let pace = min(0.5, Chaos.seconds / 12)
            var times: [Int] = []
            for round in 1...20 {
                let next = now() + pace
                server.signal(SIGHUP)
                // Not before: a newer reload replaces one that is under way, and this is about complete ones.
                try server.server.waitForLines("event=reloaded", count: round)
                let line = server.server.lines("event=reloaded")[round - 1]
                times.append(SpawnedServer.value("after_ms", in: line).flatMap { Int($0) } ?? -1)
                pause(until: next)
            }
            let tally = load.stop()
            expectNothingLost(tally, server, "20 reloads, \(times.min()!) to \(times.max()!) ms each")
            #expect(eventually { server.workers.count == 2 }, "no worker of an old generation stays")
            try server.server.waitForLines("event=worker_exited", count: 40)
            #expect(
                server.server.lines("event=worker_exited").allSatisfy {
                    $0.contains("status=0") || $0.contains("exited")
                })
            #expect(server.stop() == 0)
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func reloadsThatOvertakeEachOtherLoseNothing(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load()
            for _ in 0..<15 {
                server.signal(SIGHUP)
                usleep(30_000)
            }
            #expect(eventually { server.control("status").text.contains("reloading") == false })
            let tally = load.stop()
            Chaos.report("reloads that overtake each other", variation, "\(tally)")
            #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.server.log)")
            #expect(server.complaints.allSatisfy { $0.contains("a newer reload has been asked for") })
            #expect(!server.server.lines("event=reloaded").isEmpty)
            #expect(eventually { server.workers.count == 2 })
            #expect(server.stop() == 0)
        }

        /// Each is wrong in another way; the last two show themselves only when the new workers boot.
        static let mistakes: [(name: String, lines: [String], reason: String)] = [
            ("syntax", ["accesslog: [", "x"], "drover.yaml:"),
            ("unknown key", ["wrokers: 3"], "unknown setting 'wrokers'"),
            ("address in use", ["bind: [127.0.0.1:0, 127.0.0.1:TAKEN]"], "cannot listen on"),
            ("trap at boot", ["raw_env: [LAB_BOOT=trap]"], "ended before it was ready"),
            ("never ready", ["raw_env: [LAB_BOOT=hang]", "boot_timeout: 1s"], "was not ready within"),
        ]

        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func wrongReloadsLeaveTheOldGenerationServing(variation: Variation) throws {
            let other = try TCPListener()
            let server = try ChaosServer(variation)
            let old = Set(server.workers)
            let load = server.load()
            for (name, lines, reason) in Self.mistakes {
                server.configure(lines.map { $0.replacing("TAKEN", with: "\(other.port)") })
                let (status, text) = server.control("reload")
                #expect(status == 1, "\(name): \(text)")
                #expect(text.contains(reason), "\(name): \(text)")
                #expect(server.server.lines("event=reload_failed").last?.contains(reason) == true, "\(name)")
            }
            #expect(eventually { Set(server.workers) == old }, "the old workers serve on, alone")
            server.configure([])
            let (status, text) = server.control("reload")
            #expect(status == 0, "\(text)")
            let tally = load.stop()
            Chaos.report("wrong reloads", variation, "\(tally)")
            #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.server.log)")
            #expect(server.stop() == 0)
            withExtendedLifetime(other) {}
        }
    }
}
