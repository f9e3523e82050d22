import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    // Beside a companion that announces the workers, and takes 300 ms to go.
    @Suite struct Announced {
        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func reloadsUpgradeAndStopLoseNothing(variation: Variation) throws {
            let server = try ChaosServer(variation, environment: ["LAB_COMPANION": "announce"])
            let load = server.load()
            for round in 1...5 {
                server.signal(SIGHUP)
                try server.server.waitForLines("event=reloaded", count: round)
            }
            let elder = try #require(server.arbiter)
            server.signal(SIGUSR2)
            let younger = try #require(server.waitForSuccessor(of: elder))
            kill(younger, SIGHUP)
            try server.server.waitForLines("event=reloaded", count: 6)
            let tally = load.stop()
            expectNothingLost(tally, server, "announced: 6 reloads and an upgrade")
            #expect(eventually { server.workers.count == 3 }, "two workers and their companion")
            #expect(server.stop() == 0)
            // Whoever has announced has taken it back, and nobody had to be killed for it.
            #expect(server.server.lines("event=drain_timeout").isEmpty)
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func stopUnderLoadAnswersAllThatWasAccepted(variation: Variation) throws {
            let server = try ChaosServer(variation, environment: ["LAB_COMPANION": "announce"])
            try server.server.waitForLines("event=companion_ready")
            let load = server.load()
            server.signal(SIGTERM)
            #expect(server.server.waitForExit() == 0)
            let tally = load.stop()
            Chaos.report("announced stop under load", variation, "\(tally)")
            expectOnlyTheLastCloseLost(tally, server)
            #expect(server.complaints.isEmpty, "\(server.server.log)")
        }
    }
}
