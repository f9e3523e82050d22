import DroverTestSupport
import Glibc
import Testing

/// Clients that take one port of a server for another are told so in their own language.
@Suite struct MismatchTests {
    enum Port: String, CaseIterable, Sendable {
        case http, uwsgi
        case lineRPC = "line-rpc"

        /// What people call what is spoken there.
        var spoken: String {
            switch self {
            case .http: "HTTP"
            case .uwsgi: "uwsgi"
            case .lineRPC: "JSON-RPC"
            }
        }

        /// What its own clients send first.
        var beginning: [UInt8] {
            switch self {
            case .http: Array("GET / HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
            case .uwsgi:
                [0, 37, 0, 0, 14, 0] + Array("REQUEST_METHOD".utf8) + [3, 0] + Array("GET".utf8) + [11, 0]
                    + Array("REQUEST_URI".utf8) + [1, 0, 0x2F]
            case .lineRPC: Array(#"{"jsonrpc":"2.0","method":"ping","id":1}"#.utf8) + [0x0A]
            }
        }

        /// What its clients are told where `spoken` is spoken.
        func isTold(_ text: String, spoken: String) -> Bool {
            switch self {
            case .http:
                text.hasPrefix("HTTP/1.1 400 Bad Request\r\n")
                    && text.hasSuffix("\r\n\r\nThis port speaks \(spoken), not HTTP.\n")
            case .uwsgi:
                text.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n")
                    && text.contains("This port speaks \(spoken), not uwsgi:")
            case .lineRPC:
                text == #"{"jsonrpc":"2.0","error":{"code":-32600,"message":"this port speaks \#(spoken), "#
                    + "not JSON-RPC\"},\"id\":null}\n"
            }
        }
    }

    /// A server that speaks all of them, and the port of each.
    private func server(_ workerClass: StockClass) throws -> (SpawnedServer, [Port: UInt16]) {
        let directory = TemporaryDirectory()
        let listeners = Port.allCases.map { "  - { bind: \"127.0.0.1:0\", protocol: \($0.rawValue) }\n" }
        directory.write("drover.yaml", "listeners:\n" + listeners.joined())
        let server = SpawnedServer("drover", workerClass.flags, in: directory)
        try server.waitUntilReady(workers: 1)
        var ports: [Port: UInt16] = [:]
        for line in server.lines("event=listening") {
            guard let name = SpawnedServer.value("protocol", in: line), let port = Port(rawValue: name) else {
                continue
            }
            let address = SpawnedServer.value("address", in: line) ?? ""
            ports[port] = address.split(separator: ":").last.flatMap { UInt16($0) }
        }
        return (server, ports)
    }

    @Test(arguments: StockClass.allCases)
    func clientsAreToldInTheirOwnLanguage(_ workerClass: StockClass) throws {
        let (server, ports) = try server(workerClass)
        for port in Port.allCases {
            let number = try #require(ports[port])
            for client in Port.allCases where client != port {
                // As a whole with more behind it, and in two pieces.
                for cut in [nil, 8] {
                    let connection = try TCPClient(port: number)
                    let bytes = client.beginning
                    if let cut {
                        try connection.send(Array(bytes[..<cut]))
                        usleep(20_000)
                        try connection.send(Array(bytes[cut...]))
                    } else {
                        try connection.send(bytes + bytes)
                    }
                    let text = try connection.receiveAll()
                    #expect(client.isTold(text, spoken: port.spoken), "\(client) to \(port): \(text)")
                }
                let own = try TCPClient(port: number)
                try own.send(port.beginning)
                let answer = try own.receive { !$0.isEmpty }
                #expect(!answer.contains("This port") && !answer.contains("this port"), "\(port): \(answer)")
            }
        }
        let lines = server.lines("event=wrong_protocol")
        #expect(lines.count == 6, "one line a minute for each kind of client and each listener: \(lines)")
        for port in Port.allCases {
            for client in Port.allCases where client != port {
                let about = lines.filter { $0.contains("client=\(client.spoken) spoken=\(port.spoken) ") }
                #expect(about.count == 1)
                #expect(about.first?.contains(":\(ports[port] ?? 0)") == true, "the line names the port")
            }
        }
        server.expectUnharmed()
    }

    @Test func allWorkersTogetherSayItOnce() throws {
        let server = try SpawnedServer.drover(workers: 3, ["--protocol", "line-rpc"])
        // Nobody knows who accepts; silent neighbours make it somebody else each time.
        var neighbours: [TCPClient] = []
        for _ in 0..<30 {
            let lost = try TCPClient(port: server.port)
            try lost.send(Port.http.beginning)
            #expect(Port.http.isTold(try lost.receiveAll(), spoken: "JSON-RPC"))
            neighbours.append(try TCPClient(port: server.port))
        }
        #expect(server.lines("event=wrong_protocol").count == 1)
        server.expectUnharmed()
    }

    /// Clients that are stranger than most, and what each is told; none of them ends its input.
    private static let strangers: [(bytes: [UInt8], answer: String)] = [
        (
            Array("Content-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":1}".utf8),
            "Content-Length: "
        ),
        (Array("content-length: 40\n\n".utf8), "Content-Length: "),
        ([0, 0, 0, 0], "not uwsgi:"), ([5, 0, 0, 0], "not uwsgi:"),
        ([0, 8, 0, 0, 4, 0] + Array("name".utf8), "not uwsgi:"),
        ([9, 37, 0, 0, 14, 0] + Array("REQUEST_METHOD".utf8), "not uwsgi:"),
    ]

    @Test(arguments: StockClass.allCases)
    func rareClientsAreToldToo(_ workerClass: StockClass) throws {
        let (server, ports) = try server(workerClass)
        for (bytes, answer) in Self.strangers {
            for port in Port.allCases where port != .uwsgi || bytes[0] > 0x20 {
                let client = try TCPClient(port: try #require(ports[port]))
                try client.send(bytes)
                let text = try client.receiveAll()
                #expect(text.contains(answer), "\(bytes) to \(port): \(text)")
                if port != .lineRPC { #expect(text.contains("his port speaks \(port.spoken), not "), "\(text)") }
            }
        }
        try server.waitForLines("event=wrong_framing")
        #expect(server.lines("event=wrong_framing").count == 1, "once a minute")
        #expect(server.lines("client=\"JSON-RPC with headers\"").count == 2)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases, Port.allCases)
    func clientsInClearOnSecretPortsAreTold(_ workerClass: StockClass, _ port: Port) throws {
        let server = try SpawnedServer.secure(
            listener: ["protocol": port.rawValue, "app": ""], flags: workerClass.flags)
        for client in Port.allCases {
            let connection = try TCPClient(port: server.port)
            try connection.send(client.beginning)
            let text = try connection.receiveAll()
            if client == port {
                #expect(text.contains("his port speaks TLS") && !text.contains("not "), "\(client): \(text)")
            } else {
                #expect(client.isTold(text, spoken: "\(port.spoken) over TLS"), "\(client) to \(port): \(text)")
            }
            let spoken = client == port ? "TLS" : "\"\(port.spoken) over TLS\""
            #expect(server.lines("client=\(client.spoken) spoken=\(spoken) ").count == 1, "\(server.log)")
        }
        // What nobody knows ends without a word.
        let nobody = try TCPClient(port: server.port)
        try nobody.send("\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}")
        #expect(nobody.isEnded())
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func handshakesOnPlainPortsAreAnsweredByAnAlert(_ workerClass: StockClass) throws {
        let (server, ports) = try server(workerClass)
        // A record of the type handshake, and in it a ClientHello of 512 bytes.
        let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + [UInt8](repeating: 0x5A, count: 506)
        for port in Port.allCases {
            let number = try #require(ports[port])
            for bytes in [hello, Array(hello.prefix(11))] {
                let client = try TCPClient(port: number)
                try client.send(bytes)
                client.endSending()
                #expect(try client.receive(exactly: 8) == [0x15, 3, 1, 0, 2, 2, 40], "\(port)")
            }
            #expect(server.lines("client=TLS spoken=\(port.spoken) ").count == 1, "one line a minute is enough")
            guard Curl.isInstalled else { continue }
            let outcome = try Curl.run(["-k", "https://127.0.0.1:\(number)/"])
            #expect(outcome.status == 35)
            #expect(outcome.output.contains("alert handshake failure"), "\(outcome.output)")
        }
        // Too little to be sure, and certainly no request.
        let client = try TCPClient(port: try #require(ports[.http]))
        try client.send([0x16])
        client.endSending()
        #expect(client.isEnded())
        server.expectUnharmed()
    }

    @Test(arguments: Port.allCases)
    func serverWithOnePluginKnowsTheClientsOfAllOthers(_ port: Port) throws {
        let server = try SpawnedServer.lab(workers: 1, environment: ["LAB_PLUGIN": port.rawValue])
        for client in Port.allCases where client != port {
            let connection = try TCPClient(port: server.port)
            try connection.send(client.beginning)
            let text = try connection.receiveAll()
            #expect(client.isTold(text, spoken: port.spoken), "\(client) to \(port): \(text)")
            try server.waitForLines("client=\(client.spoken) spoken=\(port.spoken) ")
        }
        let hello = try TCPClient(port: server.port)
        try hello.send([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3])
        hello.endSending()
        #expect(try hello.receive(exactly: 8) == [0x15, 3, 1, 0, 2, 2, 40])
        let own = try TCPClient(port: server.port)
        try own.send(port.beginning)
        let answer = try own.receive { !$0.isEmpty }
        #expect(!answer.contains("This port") && !answer.contains("this port"), "\(answer)")
        server.expectUnharmed()
    }

    @Test(.enabled(if: Nginx.isInstalled), arguments: [Port.http, .lineRPC])
    func nginxPassesOnThatItsPeerSpeaksNoUWSGI(_ port: Port) throws {
        let (server, ports) = try server(.async)
        let number = try #require(ports[port])
        let nginx = try Nginx(
            "location / { include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:\(number); }")
        let reply = try TCPClient(port: nginx.port).get("/")
        #expect(reply.status == 502)
        #expect(reply.body.contains("This port speaks \(port.spoken), not uwsgi"))
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test func bytesThatNobodyKnowsGetTheListenersOwnAnswer() throws {
        let (server, ports) = try server(.async)
        let connection = try TCPClient(port: try #require(ports[.http]))
        try connection.send("\u{1}\u{2}\u{3}")
        #expect(try connection.receiveAll().contains("malformed method"))
        let gateway = try TCPClient(port: try #require(ports[.uwsgi]))
        try gateway.send([5, 4, 0, 0])
        #expect(try gateway.receiveAll().contains("modifier1 is 5"))
        #expect(server.lines("event=wrong_protocol").isEmpty)
        server.expectUnharmed()
    }
}
