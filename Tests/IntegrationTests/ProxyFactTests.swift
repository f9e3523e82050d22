import DroverTestSupport
import Glibc
import Testing

/// What proxies say beside addresses, in version 2 of the PROXY protocol, as handlers see it.
@Suite struct ProxyFactTests {
    private func server(_ section: String = "") throws -> SpawnedServer {
        let directory = TemporaryDirectory()
        directory.write(
            "drover.yaml",
            "listeners:\n  - { bind: \"127.0.0.1:0\", protocol: http, app: lab, proxy_protocol: \"on\" }\n"
                + "  - { bind: \"127.0.0.1:0\", protocol: http, app: inspect, proxy_protocol: \"on\" }\n" + section)
        let server = SpawnedServer("drover-lab", ["--workers", "1"], in: directory)
        try server.waitUntilReady(workers: 1)
        return server
    }

    private func port(_ server: SpawnedServer, app: String) -> UInt16 {
        let line = server.lines("event=listening").first { $0.hasSuffix("app=\(app)") } ?? ""
        let address = SpawnedServer.value("address", in: line) ?? ""
        return address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    }

    // MARK: Headers made by hand

    private func note(_ kind: UInt8, _ value: [UInt8]) -> [UInt8] { [kind, 0, UInt8(value.count)] + value }

    private func header(_ notes: [UInt8], client: [UInt8] = [203, 0, 113, 9], command: UInt8 = 0x21) -> [UInt8] {
        [
            0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, command, 0x11, 0,
            UInt8(12 + notes.count),
        ]
            + client + [127, 0, 0, 1, 0x12, 0x67, 0, 80] + notes
    }

    private func get(_ fields: String = "", closing: Bool = true) -> [UInt8] {
        Array("GET /message/client HTTP/1.1\r\nHost: a\r\n\(fields)\(closing ? "Connection: close\r\n" : "")\r\n".utf8)
    }

    /// Client, peer, scheme, host and id of a request.
    private func answer(_ port: UInt16, _ bytes: [UInt8]) throws -> String {
        let client = try TCPClient(port: port)
        try client.send(bytes)
        return HTTPReply(try client.receiveAll())?.body ?? "nothing"
    }

    @Test func schemeFollowsTheProxy() throws {
        let server = try server("http: { forwarded_allow_ips: 203.0.113.9 }\n")
        let port = port(server, app: "lab")
        let (encrypted, clear) = (note(0x20, [1, 0, 0, 0, 0]), note(0x20, [0, 0, 0, 0, 1]))
        #expect(try answer(port, header(encrypted) + get()).contains(" https a "))
        #expect(try answer(port, header(clear) + get()).contains(" http a "))
        #expect(try answer(port, header([]) + get()).contains(" http a "))
        // A peer that is trusted with fields may speak of a client further away; another peer speaks for itself.
        let (secure, bare) = ("X-Forwarded-Proto: https\r\n", "X-Forwarded-Proto: http\r\n")
        #expect(try answer(port, header(encrypted) + get(bare)).contains(" http a "))
        #expect(try answer(port, header(clear) + get(secure)).contains(" https a "))
        let stranger: [UInt8] = [198, 51, 100, 1]
        #expect(try answer(port, header(encrypted, client: stranger) + get(bare)).contains(" https a "))
        #expect(try answer(port, header(clear, client: stranger) + get(secure)).contains(" http a "))
        // A proxy that asks for itself speaks of no client.
        #expect(try answer(port, header(encrypted, command: 0x20) + get()).contains(" http a "))
        server.expectUnharmed()
    }

    @Test func proxysWordCountsMoreThanTheTransport() throws {
        let server = try SpawnedServer.secure(listener: ["app": "lab", "proxy_protocol": "\"on\""])
        let script = """
            import socket, ssl, sys
            plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            plain.sendall(bytes.fromhex(sys.argv[3]))
            context = ssl.create_default_context(cafile=sys.argv[2])
            with context.wrap_socket(plain, server_hostname="localhost") as client:
                client.sendall(b"GET /message/client HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
                print(b"".join(iter(lambda: client.recv(65536), b"")).decode())
            """
        for (flags, scheme) in [(UInt8(0), "http"), (1, "https")] {
            let digits = header(note(0x20, [flags, 0, 0, 0, 0])).map {
                ($0 < 16 ? "0" : "") + String($0, radix: 16)
            }.joined()
            let output = try Command.run(
                ["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem"), digits]
            ).output
            #expect(output.contains("203.0.113.9:4711 203.0.113.9:4711 \(scheme) a "), "\(output)")
        }
        server.expectUnharmed()
    }

    @Test func uniqueIDIsTheRequests() throws {
        let server = try server("http: { forwarded_allow_ips: 203.0.113.9 }\n")
        let port = port(server, app: "lab")
        let notes = note(0x05, Array("edge-7:42".utf8))
        let replies = try answerAll(port, header(notes) + get(closing: false) + get(closing: false) + get())
        #expect(replies.map { $0.split(separator: " ").last } == ["edge-7:42", "edge-7:42-2", "edge-7:42-3"])
        #expect(try answer(port, header(notes) + get("X-Request-Id: far\r\n")).hasSuffix(" far\n"))
        #expect(
            try answer(port, header(notes, client: [198, 51, 100, 1]) + get("X-Request-Id: far\r\n")).hasSuffix(
                " edge-7:42\n"))
        #expect(try answer(port, header(note(0x05, [0, 0xAB, 0x0A])) + get()).hasSuffix(" 00ab0a\n"))
        server.expectUnharmed()
    }

    private func answerAll(_ port: UInt16, _ bytes: [UInt8]) throws -> [String] {
        let client = try TCPClient(port: port)
        try client.send(bytes)
        let lines = try client.receiveAll().split(separator: "\r\n").map(String.init)
        return lines.flatMap { $0.split(separator: "\n").map(String.init) }.filter { $0.contains(" http a ") }
    }

    @Test func wrongNotesEndTheConnection() throws {
        let server = try server()
        let port = port(server, app: "lab")
        for (notes, reason) in [
            (note(0x03, [1, 2, 3, 4]), "wrong checksum"), ([0x01, 0, 9, 0x68], "malformed TLV"),
            (note(0x20, [1, 0, 0, 0, 0, 0x21, 0, 2, 0x54]), "malformed TLV"),
        ] {
            #expect(try answer(port, header(notes) + get()) == "nothing")
            try server.waitForLines(reason)
        }
        let lines = server.lines("event=connection_ended")
        #expect(lines.count == 3 && lines.allSatisfy { $0.contains(" info ") }, "\(server.log)")
        #expect(try answer(port, header(note(0x04, [1])) + get()).hasPrefix("203.0.113.9:4711 "))
        #expect(server.stop() == 0)
        #expect(server.lines("event=stopped")[0].contains("connections=4 errors=3"), "\(server.log)")
    }

    // MARK: HAProxy

    private func ask(_ proxy: HAProxy, _ identity: String? = nil, secure: Bool = true) throws -> String {
        let shown = identity.map {
            ["--cert", Certificates.path("\($0).pem"), "--key", Certificates.path("\($0).key")]
        }
        let address = secure ? "https://localhost:\(proxy.securePort)/" : "http://localhost:\(proxy.plainPort)/"
        let done = try Curl.run(["--cacert", Certificates.path("ca.pem"), address] + (shown ?? []))
        #expect(done.status == 0, "\(done.output) \(proxy.log)")
        return done.output
    }

    @Test(.enabled(if: HAProxy.isInstalled)) func haproxySaysWhoItsClientsAre() throws {
        let server = try server()
        let proxy = try HAProxy(
            to: port(server, app: "inspect"),
            "send-proxy-v2 proxy-v2-options ssl,cert-cn,ssl-cipher,cert-sig,cert-key,crc32c,unique-id,authority",
            directives: "    unique-id-format %{+X}o\\ %ci:%cp_%rt")
        let bare = try ask(proxy)
        #expect(bare.contains(#""proxied":{"encrypted":true,"version":"TLSv1.3","cipher":"TLS_"#), "\(bare)")
        #expect(bare.contains(#""alpn":"http/1.1","authority":"localhost","unique_id":"7F000001:"#), "\(bare)")
        #expect(bare.contains(#","client":null}"#), "\(bare)")
        #expect(bare.contains(#""tls":null"#), "\(bare)")
        let alice = try ask(proxy, "alice")
        #expect(alice.contains(#","client":{"common_name":"Alice","verified":true,"earlier":false}}"#), "\(alice)")
        let eve = try ask(proxy, "eve")
        #expect(eve.contains(#","client":{"common_name":"Eve","verified":false,"earlier":false}}"#), "\(eve)")
        let clear = try ask(proxy, secure: false)
        #expect(clear.contains(#""proxied":{"encrypted":false,"version":null,"cipher":null,"alpn":null"#), "\(clear)")
        #expect(server.lines("event=connection_ended").isEmpty)
        _ = proxy.stop()
        server.expectUnharmed()
    }

    /// Without being asked it sends the protocol that was negotiated, and nothing else that a scheme could follow.
    @Test(.enabled(if: HAProxy.isInstalled)) func haproxyNeedsToBeToldToSayIt() throws {
        let server = try server()
        let proxy = try HAProxy(to: port(server, app: "inspect"), "send-proxy-v2")
        let bare = try ask(proxy)
        #expect(
            bare.contains(#""proxied":{"encrypted":null,"version":null,"cipher":null,"alpn":"http/1.1","#), "\(bare)")
        _ = proxy.stop()
        server.expectUnharmed()
    }
}
