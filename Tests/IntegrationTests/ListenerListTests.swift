import DroverTestSupport
import Glibc
import Testing

/// One server that speaks several protocols at once, each listener with limits and deadlines of its own.
@Suite struct ListenerListTests {
    private func lab(_ listeners: String, workers: Int = 2, _ lines: String = "") throws -> SpawnedServer {
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", configuration(listeners, workers: workers, lines))
        let server = SpawnedServer("drover-lab", [], in: directory)
        try server.waitUntilReady(workers: workers)
        return server
    }

    private func configuration(_ listeners: String, workers: Int = 2, _ lines: String = "") -> String {
        "workers: \(workers)\npidfile: lab.pid\n\(lines)\nlisteners:\n\(listeners)\n"
    }

    private func port(of listener: Int, _ server: SpawnedServer) -> UInt16 {
        let line = server.lines("event=listening").dropFirst(listener).first ?? ""
        let address = SpawnedServer.value("address", in: line) ?? ""
        return address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    }

    private func control(_ server: SpawnedServer, _ words: String...) -> (status: Int32?, text: String) {
        let client = SpawnedServer("drover-lab", ["ctl"] + words + ["--socket", "\(server.directory.path)/lab.ctl"])
        let status = client.waitForExit(within: 30)
        return (status, client.output + client.log)
    }

    @Test func listenersHaveTheirOwnProtocolsLimitsAndDeadlines() throws {
        let server = try lab(
            """
              - { bind: "127.0.0.1:0", app: lab, keepalive: 60 }
              - { bind: "127.0.0.1:0", app: hello, keepalive: 0.4, http: { limit_request_line: 100 } }
              - { bind: "127.0.0.1:0", protocol: echo, first_byte_timeout: 0.4, accept: reuseport }
              - { bind: "127.0.0.1:0", protocol: uwsgi, app: inspect, proxy_protocol: "on" }
            """)
        let ports = (0..<4).map { port(of: $0, server) }
        #expect(Set(ports).count == 4)
        let long = "/" + String(repeating: "x", count: 200)
        let first = try TCPClient(port: ports[0])
        #expect(try first.get(long).status == 404)
        let second = try TCPClient(port: ports[1])
        #expect(try second.get("/").body == "Hello, World!")
        #expect(second.isEnded(), "it has been silent for as long as this listener lets it")
        #expect(try TCPClient(port: ports[1]).get(long).status == 414)
        let echo = try TCPClient(port: ports[2])
        try echo.send("hello")
        #expect(try echo.receive() == Array("hello".utf8))
        #expect(try TCPClient(port: ports[2]).isEnded())
        let packet: [UInt8] =
            [0, 46, 0, 0, 14, 0] + Array("REQUEST_METHOD".utf8) + [3, 0] + Array("PUT".utf8) + [11, 0]
            + Array("REQUEST_URI".utf8) + [5, 0] + Array("/path".utf8) + [1, 0, 0x41, 0, 0]
        let gateway = try TCPClient(port: ports[3])
        try gateway.send(packet)
        #expect(try gateway.receiveAll().contains(#""method":"PUT","target":"/path""#))
        #expect(try first.get("/").status == 200, "and on the first it still stays")
        let (status, text) = control(server, "listeners")
        #expect(status == 0)
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.contains(" uwsgi ") && $0.contains(" inspect ") } == 1, "\(text)")
        #expect(lines.count { $0.contains(" reuseport ") && $0.contains(" echo ") } == 1, "\(text)")
        #expect(lines.contains { $0.contains(":\(ports[0]) ") && $0.contains(" 1m 0s ") }, "\(text)")
        #expect(lines.contains { $0.contains(":\(ports[1]) has http: ") && $0.contains(#""limit_request_line": 100"#) })
        #expect(lines.contains { $0.contains(":\(ports[3]) has proxy_protocol: on") })
        let json = control(server, "listeners", "--json").text
        #expect(json.contains(#""timeouts_ms": {"handshake": 10000, "first_byte": 400, "#), "\(json)")
        server.expectUnharmed()
    }

    @Test(arguments: [StockClass.async, .threads])
    func protocolOfAListenerChangesUnderLoadAndTheOthersNotice(_ workerClass: StockClass) throws {
        func listeners(_ second: String) -> String {
            "  - { bind: \"127.0.0.1:0\", app: lab }\n  - { bind: \"localhost:0\", \(second) }"
        }
        let lines = "worker_class: \(workerClass)"
        let kinds = ["protocol: echo", "protocol: http, app: hello", "protocol: uwsgi, app: hello"]
        let server = try lab(listeners(kinds[0]), lines)
        let (steady, swapped) = (port(of: 0, server), port(of: 1, server))
        let load = Load(LoadPlan(port: steady, rate: 400))
        #expect(load.waitForAnswers(50))
        // One client after the other on the listener that changes: what it gets is one of the protocols, whole.
        let end = Flag()
        let visitor = Worker {
            var strange: [String] = []
            while !end.isSet {
                do {
                    let client = try TCPClient(port: swapped)
                    try client.send("GET / HTTP/1.0\r\n\r\n")
                    client.endSending()
                    let text = try client.receiveAll()
                    let isKnown =
                        text == "GET / HTTP/1.0\r\n\r\n" || text.hasSuffix("\r\n\r\nHello, World!")
                        || text.hasPrefix("HTTP/1.1 400 ") || text.hasPrefix("HTTP/1.1 501 ")
                    if !isKnown { strange.append(text) }
                } catch {
                    strange.append("\(error)")
                }
            }
            return strange
        }
        for round in 1...6 {
            server.directory.write("drover.yaml", configuration(listeners(kinds[round % 3]), lines))
            server.signal(SIGHUP)
            try server.waitForLines("event=reloaded", count: round)
            #expect(load.waitForAnswers(20), "round \(round)")
        }
        // The last one is what the first was, once the workers of the one before have emptied their queue.
        #expect(
            eventually {
                guard let client = try? TCPClient(port: swapped) else { return false }
                try? client.send("hello")
                return (try? client.receive()) == Array("hello".utf8)
            })
        end.set()
        let strange = visitor.join()
        #expect(strange.isEmpty, "\(strange.prefix(5))")
        let tally = load.stop()
        #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.log)")
        #expect(server.lines("event=listening").count == 2, "both kept their sockets")
        #expect(server.lines(" error ").isEmpty)
        #expect(server.stop() == 0)
    }
}
