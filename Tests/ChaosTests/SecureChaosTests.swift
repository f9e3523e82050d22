import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Secrets {
        /// Clients of Tests/Interop/tls_load.py, until `stop`.
        private final class SecureLoad {
            private let directory = TemporaryDirectory()
            private let client: SpawnedServer

            init(port: UInt16) {
                let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
                client = SpawnedServer(
                    path: "/usr/bin/env",
                    [
                        "python3", "-B", "\(root)/Tests/Interop/tls_load.py", "\(port)", Certificates.path("ca.pem"),
                        "\(directory.path)/stop",
                    ])
            }

            /// What they have counted, and in lines of their own what went wrong.
            func stop() -> (counts: [String: Int], text: String) {
                directory.write("stop", "")
                #expect(client.waitForExit(within: 30) == 0, "\(client.log)")
                let words = client.output.split(separator: "\n").first?.split(separator: " ") ?? []
                let pairs = words.map { $0.split(separator: "=") }.filter { $0.count == 2 }
                return (
                    Dictionary(pairs.map { (String($0[0]), Int($0[1]) ?? -1) }) { $1 }, client.output + client.log
                )
            }
        }

        private func put(_ name: String, into directory: TemporaryDirectory) {
            for ending in ["pem", "key"] {
                let content = TemporaryDirectory.content(of: Certificates.path("\(name).\(ending)")) ?? ""
                directory.write("new", content)
                rename("\(directory.path)/new", "\(directory.path)/current.\(ending)")
            }
        }

        private func start(_ variation: Variation) throws -> (ChaosServer, TemporaryDirectory) {
            let secrets = TemporaryDirectory()
            put("server", into: secrets)
            let server = try ChaosServer(
                variation,
                [
                    "transport: tls",
                    "tls: { certfile: \(secrets.path)/current.pem, keyfile: \(secrets.path)/current.key }",
                ])
            return (server, secrets)
        }

        /// Renewals end nothing at all: no request, no kept connection, no worker.
        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func twentyRenewalsEndNothing(variation: Variation) throws {
            let (server, secrets) = try start(variation)
            let workers = server.workers
            let load = SecureLoad(port: server.port)
            let pace = min(0.5, Chaos.seconds / 20)
            for round in 1...20 {
                let next = now() + pace
                put(round % 2 == 1 ? "renewed" : "server", into: secrets)
                server.signal(SIGHUP)
                try server.server.waitForLines("event=renewed", count: round)
                pause(until: next)
            }
            let (counts, text) = load.stop()
            Chaos.report("20 renewals", variation, text)
            #expect(counts["failures"] == 0 && counts["ended"] == 0, "\(text)\(server.server.log)")
            #expect(counts["certificates"] == 2 && (counts["resumed"] ?? 0) > 0, "\(text)")
            #expect(server.workers == workers)
            #expect(server.complaints.isEmpty)
            #expect(server.stop() == 0)
        }

        /// New certificates, new generations and workers that are killed, in turn.
        ///
        /// A worker's death ends its connections; apart from those that were in the middle of something then, nobody loses anything.
        @Test(.timeLimit(.minutes(2)), arguments: Variation.all)
        func renewalsBetweenReloadsAndDeathsLoseNothing(variation: Variation) throws {
            let (server, secrets) = try start(variation)
            let load = SecureLoad(port: server.port)
            var deaths = 0
            for round in 1...12 {
                let next = now() + min(0.5, Chaos.seconds / 12)
                switch round % 3 {
                case 0:
                    kill(try #require(server.workers.first), SIGKILL)
                    deaths += 1
                    #expect(eventually { server.workers.count == 2 })
                case 1:
                    put(round % 2 == 1 ? "renewed" : "server", into: secrets)
                    #expect(server.control("reload").text.hasPrefix("renewed: "))
                default: #expect(server.control("reload").text.hasPrefix("reloaded: generation"))
                }
                pause(until: next)
            }
            let (counts, text) = load.stop()
            Chaos.report("renewals, reloads and deaths", variation, text)
            // Four clients with a connection each: so many may meet a death in the middle of a handshake or a reply.
            #expect((counts["failures"] ?? .max) <= 4 * deaths, "\(text)\(server.server.log)")
            #expect((counts["requests"] ?? 0) > 100 && counts["certificates"] == 2, "\(text)")
            #expect(server.stop() == 0)
        }
    }
}
