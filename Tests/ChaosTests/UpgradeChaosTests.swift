import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Upgrades {
        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func twoUpgradesInARowLoseNothing(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load()
            var arbiters = [server.server.pid]
            for round in 1...2 {
                server.signal(SIGUSR2)
                try server.server.waitForLines("event=upgrade_ready", count: round)
                let elder = arbiters[round - 1]
                arbiters.append(try #require(server.waitForSuccessor(of: elder)))
                load.waitForAnswers(200)
            }
            #expect(Set(arbiters).count == 3)
            expectNothingLost(load.stop(), server, "two upgrades in a row")
            #expect(server.control("status").status == 0, "the control socket is the new arbiter's")
            #expect(server.server.waitForExit() == 0)
            #expect(server.stop() == 0)
            #expect(!TemporaryDirectory.entries(of: server.server.directory.path).contains("lab.pid"))
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func upgradeThatFailsLosesNothing(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let old = Set(server.workers)
            let load = server.load()
            for lines in [["nonsense: 1"], ["raw_env: [LAB_BOOT=fail]"]] {
                server.configure(lines)
                let (status, text) = server.control("upgrade")
                #expect(status == 1, "\(text)")
            }
            let tally = load.stop()
            Chaos.report("upgrades that fail", variation, "\(tally)")
            #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.server.log)")
            #expect(server.arbiter == server.server.pid)
            #expect(eventually { old.isSubset(of: server.workers) })
            #expect(server.stop() == 0)
        }
    }
}
