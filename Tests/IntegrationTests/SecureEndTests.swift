import DroverTestSupport
import Glibc
import Testing

/// How secure connections end: with a word of farewell or of complaint, which the peer gets to hear.
@Suite struct SecureEndTests {
    /// Before the handshake is complete OpenSSL says no farewell, so the end has to wait for the rest of it.
    @Test(arguments: StockClass.allCases)
    func repliesToEarlyDataEndWithAFarewell(_ workerClass: StockClass) throws {
        let directory = TemporaryDirectory()
        let session = "\(directory.path)/session"
        let server = try SpawnedServer.secure(["early_data": "16k"], flags: workerClass.flags, in: directory)
        for target in ["/closes", "/refused"] {
            // One that is answered, and one that must not be repeated: its 425 ends the connection too.
            let method = target == "/closes" ? "GET" : "DELETE"
            let early = directory.write(
                "early", "\(method) \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            _ = try server.client(["-tls1_3", "-sess_out", session])
            let outcome = try server.client(["-tls1_3", "-sess_in", session, "-early_data", early], request: "")
            #expect(outcome.output.contains("Early data was accepted"), "\(outcome.output)")
            #expect(outcome.output.contains("HTTP/1.1 \(method == "GET" ? "200" : "425")"), "\(outcome.output)")
            // What s_client says when it has got a close_notify, and when the stream just ends.
            #expect(outcome.output.hasSuffix("closed\n"), "\(outcome.output)")
            #expect(!outcome.output.contains("unexpected eof"), "\(outcome.output)")
        }
        server.expectUnharmed()
    }

    /// Records that are wrong once the connection is open: the peer gets the alert with the reason and then an orderly end,
    /// though it has sent more than anybody reads.
    @Test(arguments: [StockClass.async, .threads], ["-tls1_2", "-tls1_3"])
    func brokenRecordsAreAnsweredWithTheReason(_ workerClass: StockClass, _ version: String) throws {
        let server = try SpawnedServer.secure(listener: ["app": "hello"], flags: workerClass.flags)
        let script = """
            import os, socket, ssl, sys
            def attempt(version, bytes):
                context = ssl.create_default_context(cafile=sys.argv[2])
                context.minimum_version = context.maximum_version = version
                raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
                with context.wrap_socket(raw, server_hostname="localhost") as client:
                    client.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
                    assert b"200 OK" in client.recv(4096)
                    os.write(client.fileno(), bytes)
                    try:
                        while client.recv(4096):
                            pass
                        print("no alert", end=" ")
                    except OSError as error:
                        print(getattr(error, "reason", error), end=" ")
                    client.settimeout(None)
                    try:
                        while os.read(client.fileno(), 4096):
                            pass
                        print("END")
                    except OSError as error:
                        print(error)
            version = getattr(ssl.TLSVersion, sys.argv[3])
            attempt(version, b"\\x17\\x03\\x03\\x60\\x00" + bytes(40_000))
            attempt(version, b"\\x17\\x03\\x03\\x00\\x20" + bytes(40_000))
            attempt(version, b"\\x63\\x03\\x03\\x00\\x20" + bytes(40_000))
            """
        let name = version == "-tls1_2" ? "TLSv1_2" : "TLSv1_3"
        let done = try Command.run(
            ["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem"), name])
        let lines = done.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 3, "\(done.output)")
        #expect(lines.allSatisfy { $0.contains("_ALERT_") && $0.hasSuffix(" END") }, "\(done.output)")
        #expect(lines.first?.contains("RECORD_OVERFLOW") == true, "\(done.output)")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    /// A protocol for which the end means something can tell a peer that has finished from one that was cut off.
    @Test(arguments: ["tls", "auto"], [StockClass.async, .threads])
    func endsWithoutAFarewellAreToldApart(_ transport: String, _ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            listener: ["transport": transport, "protocol": "endings", "app": ""], flags: workerClass.flags)
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
            client = context.wrap_socket(raw, server_hostname="localhost")
            client.sendall(b"x" * int(sys.argv[3]))
            if sys.argv[4] == "farewell":
                client.unwrap()
            else:
                client.shutdown(socket.SHUT_WR)
                raw = socket.socket(fileno=client.detach())
                raw.settimeout(10)
                while raw.recv(4096):
                    pass
            """
        for (count, ending, isEarly) in [(1_000, "farewell", false), (20_000, "cut", true)] {
            let done = try Command.run(
                ["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem"), "\(count)", ending])
            #expect(done.status == 0, "\(done.output)")
            try server.waitForLines("connection ended bytes=\(count) ended_early=\(isEarly)")
        }
        server.expectUnharmed()
    }
}
