import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Stops {
        private func ask(_ path: String, _ port: UInt16) throws -> TCPClient {
            let client = try TCPClient(port: port)
            try client.send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
            return client
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func whatIsInFlightAndWhatIsQueuedIsAnswered(variation: Variation) throws {
            let server = try ChaosServer(variation, workers: 1)
            let worker = server.workers[0]
            let waiting = try ask("/sleep?ms=1500", server.port)
            #expect(eventually { server.control("workers", "--json").text.contains("\"in_flight\": 1") })
            // A worker that cannot accept: what comes now stays in the queue, until it has been told to stop.
            #expect(OwnedConnections.clientPorts(ofStopped: worker, on: server.port).count == 1)
            let queued = try (0..<20).map { _ in try ask("/", server.port) }
            #expect(OwnedConnections.clientPorts(of: worker, on: server.port).count == 1, "20 are queued")
            let start = now()
            server.signal(SIGTERM)
            try server.server.waitForLines("event=stopping")
            kill(worker, SIGCONT)
            for client in queued { #expect(try client.reply().status == 200) }
            #expect(try waiting.reply().body == "slept 1500 ms\n")
            #expect(server.server.waitForExit() == 0)
            Chaos.report("stop with 20 in the queue", variation, "over after \(Int((now() - start) * 1_000)) ms")
            #expect(server.complaints.isEmpty, "\(server.server.log)")
            #expect(throws: TCPClient.Failure.self) { _ = try TCPClient(port: server.port) }
        }

        @Test(.timeLimit(.minutes(1)), arguments: Variation.all)
        func stopUnderLoadAnswersAllThatWasAccepted(variation: Variation) throws {
            let server = try ChaosServer(variation)
            let load = server.load()
            server.signal(SIGTERM)
            #expect(server.server.waitForExit() == 0)
            let tally = load.stop()
            Chaos.report("stop under load", variation, "\(tally)")
            expectOnlyTheLastCloseLost(tally, server)
            #expect(server.complaints.isEmpty, "\(server.server.log)")
        }
    }
}
