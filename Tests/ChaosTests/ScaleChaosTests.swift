import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Scaling {
        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func workersThatComeAndGoLoseNothing(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load()
            var changes = 0
            // One at a time: equal signals that wait are one.
            func change(_ signal: Int32) throws {
                server.signal(signal)
                changes += 1
                try server.server.waitForLines("event=workers_changed", count: changes)
            }
            for round in 1...5 {
                for _ in 0..<3 { try change(SIGTTIN) }
                try server.server.waitUntilReady(workers: 2 + 3 * round)
                // Long enough for the new ones to get their share.
                load.waitForAnswers(100)
                for _ in 0..<3 { try change(SIGTTOU) }
                try server.server.waitForLines("event=worker_exited", count: 3 * round)
            }
            expectNothingLost(load.stop(), server, "TTIN x3, TTOU x3, five times")
            #expect(server.workers.count == 2)
            #expect(server.stop() == 0)
        }

        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func changesThatCrossEachOtherLoseNothing(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load()
            // Up and down without waiting, with reloads in between.
            for round in 0..<20 {
                server.signal([SIGTTIN, SIGTTIN, SIGTTOU, SIGHUP, SIGTTOU][round % 5])
                usleep(40_000)
            }
            let (status, text) = server.control("scale", "2")
            #expect(status == 0, "\(text)")
            let tally = load.stop()
            Chaos.report("TTIN, TTOU and HUP across each other", variation, "\(tally)")
            #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.server.log)")
            #expect(eventually { server.workers.count == 2 })
            #expect(server.stop() == 0)
        }
    }
}
