import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Kills {
        /// A worker that was killed, and the clients whose connections it had accepted.
        private struct Death {
            let at: Double
            let clientPorts: Set<UInt16>

            /// Whether it explains why a request failed.
            func explains(_ failure: LoadFailure) -> Bool {
                clientPorts.contains(failure.clientPort) && failure.begun <= at && at <= failure.failed
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func onlyRequestsOfAKilledWorkerFail(variation: Variation) throws {
            let server = try ChaosServer(variation, workers: 3)
            let load = server.load()
            let end = now() + Chaos.seconds
            var deaths: [Death] = []
            var recoveries: [Double] = []
            while now() < end {
                let next = now() + 0.3
                let ready = server.server.lines("event=worker_ready").count
                let victim = try #require(server.workers.randomElement())
                // Stopped, it neither accepts nor ends what we are about to write down.
                let ports = OwnedConnections.clientPorts(ofStopped: victim, on: server.port)
                let start = now()
                kill(victim, SIGKILL)
                deaths.append(Death(at: start, clientPorts: ports))
                try server.server.waitUntilReady(workers: ready + 1)
                recoveries.append((now() - start) * 1_000)
                pause(until: next)
            }
            let tally = load.stop()
            recoveries.sort()
            let median = recoveries[recoveries.count / 2]
            let unexplained = tally.failures.filter { failure in !deaths.contains { $0.explains(failure) } }
            Chaos.report(
                "\(deaths.count) kills", variation,
                "\(tally); full strength after \(Int(median)) ms, \(Int(recoveries.last!)) at most")
            #expect(unexplained.isEmpty, "\(unexplained.prefix(12))\n\(server.server.log)")
            #expect(tally.failures.filter(\.reason.isBeforeRequest).isEmpty, "\(tally.failures)")
            #expect(tally.failures.count <= deaths.map(\.clientPorts.count).reduce(0, +))
            #expect(median < (Chaos.isQuiet ? 100 : 300))
            #expect(recoveries.last! < (Chaos.isQuiet ? 100 : 2_000))
            #expect(server.workers.count == 3)
            #expect(server.stop() == 0)
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func noWorkerOutlivesItsArbiter(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load(patience: 3)
            let workers = server.workers
            let start = now()
            server.signal(SIGKILL)
            #expect(eventually(within: 5) { !workers.contains(where: SpawnedServer.isAlive) })
            let time = now() - start
            let tally = load.stop()
            Chaos.report("the arbiter's death", variation, "workers gone after \(Int(time * 1_000)) ms; \(tally)")
            #expect(time < 2)
            // A worker leaves as if it was told to: what was accepted is answered, and then nobody listens.
            expectOnlyTheLastCloseLost(tally, server)
            #expect(server.server.waitForExit() == -SIGKILL)
            let next = SpawnedServer("drover-lab", ["-b", "127.0.0.1:\(server.port)", "-w", "1"])
            try next.waitUntilReady(workers: 1)
            #expect(next.stop() == 0)
        }
    }
}
