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

    @Test func protocolsOwnIdleTimeEndsConnectionsAndIsShown() throws {
        let server = try lab(
            """
              - { bind: "127.0.0.1:0", app: hello, keepalive: 60 }
              - { bind: "127.0.0.1:0", protocol: line-rpc, keepalive: 60, line_rpc: { idle_timeout: 0.3 } }
            """)
        let client = try TCPClient(port: port(of: 1, server))
        try client.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n")
        _ = try client.receive()
        #expect(client.isEnded(), "it has been silent for as long as the protocol lets it")
        let json = control(server, "listeners", "--json").text
        #expect(json.ranges(of: #""keepalive": 300,"#).count == 1, "\(json)")
        #expect(json.contains(#""keepalive": 60000"#), "\(json)")
        server.expectUnharmed()
    }

    /// What can be spoken on the listener that changes, and how each answers a request of HTTP's.
    private enum Kind: CaseIterable {
        case echo, http, uwsgi, lineRPC

        var settings: String {
            switch self {
            case .echo: "protocol: echo"
            case .http: "protocol: http, app: hello"
            case .uwsgi: "protocol: uwsgi, app: hello"
            case .lineRPC: "protocol: line-rpc"
            }
        }

        static let request = "GET / HTTP/1.0\r\n\r\n"

        func gives(_ text: String) -> Bool {
            switch self {
            case .echo: text == Self.request
            case .http: text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("\r\n\r\nHello, World!")
            case .uwsgi: text.hasPrefix("HTTP/1.1 400 ") && text.contains("speaks uwsgi, not HTTP")
            case .lineRPC: text.hasPrefix("HTTP/1.1 400 ") && text.contains("speaks JSON-RPC, not HTTP")
            }
        }

        static func answer(_ port: UInt16) throws -> String {
            let client = try TCPClient(port: port)
            try client.send(request)
            client.endSending()
            return try client.receiveAll()
        }
    }

    /// Calls `sum` until `end` is set, and connects anew only when it is told to; returns what went wrong.
    private func caller(_ port: UInt16, until end: Flag) -> Worker<[String]> {
        Worker {
            var mistakes: [String] = []
            while !end.isSet {
                do {
                    let client = try TCPClient(port: port)
                    var isDraining = false
                    var number = 0
                    while !isDraining, !end.isSet {
                        try client.send(#"{"jsonrpc":"2.0","method":"sum","params":[\#(number),1],"id":1}"# + "\n")
                        let wanted = #"{"jsonrpc":"2.0","id":1,"result":\#(number + 1)}"# + "\n"
                        let got = try client.receive { $0.contains(#""id":1,"#) && $0.hasSuffix("\n") }
                        isDraining = got.contains("rpc.draining")
                        if !got.contains(wanted) { mistakes.append("\(number): '\(got)'") }
                        usleep(1_000)
                        number += 1
                    }
                } catch {
                    mistakes.append("\(error)")
                }
            }
            return mistakes
        }
    }

    @Test(arguments: [StockClass.async, .threads])
    func protocolOfAListenerChangesUnderLoadAndTheOthersNotice(_ workerClass: StockClass) throws {
        let lines = """
            worker_class: \(workerClass)
            tls: { certfile: \(Certificates.path("server.pem")), keyfile: \(Certificates.path("server.key")) }
            """
        func listeners(_ kind: Kind) -> String {
            """
              - { bind: "127.0.0.1:0", app: lab }
              - { bind: "localhost:0", \(kind.settings) }
              - { bind: "127.1:0", protocol: line-rpc }
              - { bind: "127.0.0.3:0", transport: tls, app: lab }
            """
        }
        let kinds = Kind.allCases
        let server = try lab(listeners(kinds[0]), lines)
        let ports = (0..<4).map { port(of: $0, server) }
        let load = Load(LoadPlan(port: ports[0], rate: 400))
        #expect(load.waitForAnswers(50))
        let end = Flag()
        let caller = caller(ports[2], until: end)
        // One client after the other on the listener that changes: what it gets is one of the protocols, whole.
        let visitor = Worker {
            var strange: [String] = []
            while !end.isSet {
                do {
                    let text = try Kind.answer(ports[1])
                    if !kinds.contains(where: { $0.gives(text) }) { strange.append(text) }
                } catch {
                    strange.append("\(error)")
                }
            }
            return strange
        }
        for round in 1...8 {
            let kind = kinds[round % kinds.count]
            server.directory.write("drover.yaml", configuration(listeners(kind), lines))
            server.signal(SIGHUP)
            try server.waitForLines("event=reloaded", count: round)
            #expect(load.waitForAnswers(20), "round \(round)")
            // Once the workers of the one before have emptied their queue, the new protocol is the only one.
            #expect(eventually { (try? Kind.answer(ports[1])).map(kind.gives) == true }, "round \(round): \(kind)")
            for _ in 0..<3 { #expect(kind.gives(try Kind.answer(ports[1]))) }
            if Curl.isInstalled {
                let secret = try Curl.run(["-k", "https://127.0.0.3:\(ports[3])/"])
                #expect(secret.output == "Hello, World!", "round \(round)")
            }
        }
        end.set()
        let strange = visitor.join()
        #expect(strange.isEmpty, "\(strange.prefix(5))")
        let mistakes = caller.join()
        #expect(mistakes.isEmpty, "\(mistakes.prefix(5))")
        let tally = load.stop()
        #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))\n\(server.log)")
        #expect(server.lines("event=listening").count == 4, "all kept their sockets")
        #expect(server.lines(" error ").isEmpty)
        #expect(server.stop() == 0)
    }
}
