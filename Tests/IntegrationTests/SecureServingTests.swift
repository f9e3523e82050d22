import DroverTestSupport
import Glibc
import Testing

@Suite struct SecureServingTests {
    @Test(arguments: StockClass.allCases)
    func curlIsServed(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(flags: workerClass.flags)
        let reply = try server.curl(["--tlsv1.3"])
        #expect(reply.status == 0)
        #expect(
            reply.output.contains(#""tls":{"version":"TLSv1.3","cipher":"TLS_AES_256_GCM_SHA384","alpn":"http/1.1""#))
        #expect(reply.output.contains(#""server_name":"localhost","resumed":false,"client":null}"#), "\(reply.output)")
        let older = try server.curl(["--tls-max", "1.2", "--no-alpn"])
        #expect(older.output.contains(#""version":"TLSv1.2","cipher":"ECDHE-ECDSA-AES"#), "\(older.output)")
        #expect(older.output.contains(#""alpn":null"#))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func requestsShareAConnection(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(listener: ["app": "hello"], flags: workerClass.flags)
        let url = "https://localhost:\(server.port)/"
        let reply = try server.curl([url, url, "-w", "[%{num_connects}]"])
        #expect(reply.output == "Hello, World![1]Hello, World![0]Hello, World![0]")
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func largeBodiesArriveWholeBothWays(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(listener: ["app": "lab"], flags: workerClass.flags)
        let folder = server.directory
        // Slower than the server, so that it has to wait for room in the middle of records.
        let reply = try server.curl(["-o", "\(folder.path)/down", "--limit-rate", "20M"], path: "/bytes?n=9000000")
        #expect(reply.status == 0)
        #expect(TemporaryDirectory.bytes(of: "\(folder.path)/down").map { $0.count } == 9_000_000)
        #expect(TemporaryDirectory.bytes(of: "\(folder.path)/down")?.allSatisfy { $0 == 0x78 } == true)
        let upload = try server.curl(["--data-binary", "@\(folder.path)/down"], path: "/upload")
        #expect(upload.output == "9000000")
        let chunked = try server.curl(
            ["--data-binary", "@\(folder.path)/down", "-H", "Transfer-Encoding: chunked"], path: "/upload")
        #expect(chunked.output == "9000000")
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.keepingAlive)
    func filesAreServed(_ workerClass: StockClass) throws {
        let directory = TemporaryDirectory()
        let text = String((0..<3_000_000).map { Character(UnicodeScalar(UInt8(33 + $0 % 90))) })
        directory.write("large.txt", text)
        let server = try SpawnedServer.secure(
            listener: ["app": "files"], flags: workerClass.flags + ["--root", directory.path], in: directory)
        let reply = try server.curl(["-o", "\(directory.path)/down"], path: "/large.txt")
        #expect(reply.status == 0, "\(reply.output)")
        #expect(directory.read("down") == text)
        let range = try server.curl(["-r", "1000000-1000099"], path: "/large.txt")
        #expect(range.output == String(Array(text)[1_000_000...1_000_099]))
        server.expectUnharmed()
    }

    @Test func pythonIsServedRequestByRequest() throws {
        let server = try SpawnedServer.secure(listener: ["app": "hello"])
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))),
                                     server_hostname="localhost") as client:
                for _ in range(3):
                    for byte in b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n":
                        client.sendall(bytes([byte]))
                    reply = b""
                    while not reply.endswith(b"World!"):
                        reply += client.recv(4096)
                client.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
                reply = b""
                while more := client.recv(4096):
                    reply += more
                client.unwrap()
                print("close_notify", reply.count(b"World!"))
            """
        let done = try Command.run(["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")])
        #expect(done.output == "close_notify 1\n")
        server.expectUnharmed()
    }

    // Under sync the connection ends with its first reply.
    @Test(arguments: [StockClass.async, .threads])
    func brokenRecordsHaveTheirReasonInTheLog(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            listener: ["app": "hello"], flags: workerClass.flags + ["--log-level", "debug"])
        let script = """
            import os, socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))),
                                     server_hostname="localhost") as client:
                client.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
                assert b"200 OK" in client.recv(4096)
                os.write(client.fileno(), b"\\x17\\x03\\x03\\x00\\x20" + bytes(32))
                try:
                    client.recv(4096)
                except ssl.SSLError:
                    print("refused")
            """
        let done = try Command.run(["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")])
        #expect(done.output == "refused\n")
        try server.waitForLines("the peer broke the connection: decryption failed or bad record mac")
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func clearRequestsAreToldWhereTheyAre(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(flags: workerClass.flags)
        for method in ["GET", "DELETE", "OPTIONS"] {
            let client = try TCPClient(port: server.port)
            try client.send(
                "\(method) / HTTP/1.1\r\nHost: a\r\nX-Long: \(String(repeating: "x", count: 30_000))\r\n\r\n")
            let reply = try client.receiveAll()
            #expect(reply.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(method): \(reply)")
            #expect(reply.hasSuffix("This port speaks TLS: use https://\n"))
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func autoGoesByTheFirstByte(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(listener: ["transport": "auto"], flags: workerClass.flags)
        #expect(try server.curl([]).output.contains(#""tls":{"version":"TLSv1.3""#))
        let clear = try Curl.run(["http://localhost:\(server.port)/"])
        #expect(clear.output.contains(#""tls":null"#), "\(clear.output)")
        let slow = try TCPClient(port: server.port)
        for byte in "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" { try slow.send(String(byte)) }
        #expect(try slow.receiveAll().contains("\"tls\":null"))
        server.expectUnharmed()
    }

    @Test func anyProtocolHasIt() throws {
        let server = try SpawnedServer.secure(listener: ["protocol": "echo", "app": ""])
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))),
                                     server_hostname="localhost") as client:
                text = b"sheep" * 100000
                for start in range(0, len(text), 50000):
                    client.sendall(text[start:start + 50000])
                    got = b""
                    while len(got) < 50000:
                        got += client.recv(65536)
                    assert got == text[start:start + 50000]
                print(client.unwrap().recv(1) == b"")
            """
        let done = try Command.run(["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")])
        #expect(done.output == "True\n")
        let clear = try TCPClient(port: server.port)
        try clear.send("hello, is there anybody?\r\n")
        #expect(clear.isEnded(), "who does not speak HTTP gets no HTTP")
        server.expectUnharmed()
    }

    @Test(arguments: ["tls", "auto"], StockClass.allCases)
    func proxiesSpeakBeforeTheHandshake(_ transport: String, _ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            listener: ["transport": transport, "proxy_protocol": "required"], flags: workerClass.flags)
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            raw.sendall(b"PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\\r\\n")
            with context.wrap_socket(raw, server_hostname="localhost") as client:
                client.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
                while more := client.recv(4096):
                    print(more.decode())
            """
        let done = try Command.run(["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")])
        #expect(done.output.contains("\"remote\":\"203.0.113.7:4711\""), "\(done.output)")
        server.expectUnharmed()
    }

    @Test func accessLogSaysHowItWasKeptSecret() throws {
        let names = [
            "version", "cipher", "alpn", "server_name", "resumed", "client_subject", "client_names", "client_verify",
        ]
        let format = names.map { "%({\($0)}x)s" }.joined(separator: "|")
        let server = try SpawnedServer.secure(
            ["cert_reqs": "optional", "ca_certs": Certificates.path("ca.pem")], listener: ["transport": "auto"],
            flags: ["--access-logfile", "-", "--access-logformat", format])
        let alice = ["-cert", Certificates.path("alice.pem"), "-key", Certificates.path("alice.key")]
        let session = "\(server.directory.path)/session"
        let known = ["-tls1_3", "-servername", "localhost", "-alpn", "http/1.1"]
        _ = try server.client(known + alice + ["-sess_out", session])
        _ = try server.client(known + ["-sess_in", session])
        _ = try server.client(["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256", "-noservername"])
        _ = try Curl.run(["http://localhost:\(server.port)/"])
        let client =
            "O=Sheep & Co,CN=Alice|email:alice@test.example,URI:spiffe://test.example/alice,DNS:alice.example|ok"
        let expected = [
            "TLSv1.3|TLS_AES_256_GCM_SHA384|http/1.1|localhost|new|\(client)",
            "TLSv1.3|TLS_AES_256_GCM_SHA384|http/1.1|localhost|resumed|\(client)",
            "TLSv1.2|ECDHE-ECDSA-AES128-GCM-SHA256|-|-|new|-|-|-",
            "-|-|-|-|-|-|-|-",
        ]
        #expect(eventually { server.output.split(separator: "\n").count == expected.count })
        #expect(server.output.split(separator: "\n").map(String.init) == expected)
        server.expectUnharmed()
    }
}
