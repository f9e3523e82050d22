import DroverTestSupport
import Glibc
import Testing

/// Peers that do a handshake wrong, or break off in any of its states: a clean end for them, and nothing for others.
@Suite struct HostileHandshakeTests {
    /// What a peer sends before it leaves or waits.
    struct Case: CustomStringConvertible, Sendable {
        let description: String
        let bytes: [UInt8]
        /// Whether it then waits for the server to end, which the server has to do.
        let isRefused: Bool

        init(_ description: String, _ bytes: [UInt8], refused isRefused: Bool = true) {
            self.description = description
            self.bytes = bytes
            self.isRefused = isRefused
        }
    }

    private static func record(_ kind: UInt8, _ version: (UInt8, UInt8), _ body: [UInt8], claiming: Int? = nil)
        -> [UInt8]
    {
        let count = claiming ?? body.count
        return [kind, version.0, version.1, UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)] + body
    }

    private static func hello(_ version: (UInt8, UInt8), ciphers: [UInt8] = [0xC0, 0x2B, 0xC0, 0x2F]) -> [UInt8] {
        let random = [UInt8](repeating: 0x5A, count: 32)
        let body =
            [version.0, version.1] + random + [0] + [0, UInt8(ciphers.count)] + ciphers + [1, 0]
        return [1, 0, 0, UInt8(body.count)] + body
    }

    private static let garbage: [UInt8] = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13 ^ ($0 >> 3)) }
    private static let tls12: (UInt8, UInt8) = (3, 3)

    static let cases = [
        Case("nothing at all", [], refused: false),
        Case("one byte", [0x16], refused: false),
        Case("half a record head", [0x16, 3, 1], refused: false),
        Case("garbage", [0x80] + garbage),
        Case("zeros", [UInt8](repeating: 0, count: 100)),
        Case("ones", [UInt8](repeating: 0xFF, count: 100)),
        Case("letters that are no HTTP", Array("EHLO example.org and some more words\r\n".utf8)),
        Case("SSH", Array("SSH-2.0-OpenSSH_9.2 and its company\r\n".utf8)),
        Case("SSLv2 hello", [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10] + garbage.prefix(64)),
        Case("SSLv3 hello", record(0x16, (3, 0), hello((3, 0)))),
        Case("TLS 1.0 hello", record(0x16, (3, 1), hello((3, 1)))),
        Case("TLS 1.1 hello", record(0x16, (3, 1), hello((3, 2)))),
        Case("hello without a cipher in common", record(0x16, (3, 1), hello(tls12, ciphers: [0x00, 0x04]))),
        Case("hello without any cipher", record(0x16, (3, 1), hello(tls12, ciphers: []))),
        Case("hello cut off", Array(record(0x16, (3, 1), hello(tls12)).prefix(40)), refused: false),
        Case(
            "hello with a length beyond its record", record(0x16, (3, 1), [1, 0, 0, 200] + garbage.prefix(50)),
            refused: false),
        Case("hello of 16 MiB", record(0x16, (3, 1), [1, 0xFF, 0xFF, 0xFF] + garbage.prefix(500))),
        Case("record larger than allowed", record(0x16, (3, 1), garbage, claiming: 0x4500)),
        Case("record of length 0", record(0x16, (3, 1), []) + record(0x16, (3, 1), []) + record(0x16, (3, 1), garbage)),
        Case("record of an unknown kind", record(0x63, (3, 3), Array(garbage.prefix(100)))),
        Case("application data first", record(0x17, (3, 3), Array(garbage.prefix(100)))),
        Case("change of ciphers first", record(0x14, (3, 3), [1])),
        Case("fatal alert first", record(0x15, (3, 3), [2, 40])),
        Case("warnings without end", (0..<20).flatMap { _ in record(0x15, (3, 1), [1, 90]) }),
        Case("close_notify first", record(0x15, (3, 1), [1, 0]), refused: false),
        Case("server's hello", record(0x16, (3, 3), [2, 0, 0, 38] + garbage.prefix(38))),
        Case("finished first", record(0x16, (3, 3), [20, 0, 0, 12] + garbage.prefix(12))),
        Case("certificate first", record(0x16, (3, 3), [11, 0, 0, 3, 0, 0, 0])),
        Case("hello and garbage", record(0x16, (3, 1), hello(tls12)) + garbage),
        Case("two hellos", record(0x16, (3, 1), hello(tls12)) + record(0x16, (3, 1), hello(tls12))),
        Case("hello in records of one byte", hello(tls12).flatMap { record(0x16, (3, 1), [$0]) }, refused: false),
    ]

    @Test(arguments: StockClass.allCases)
    func everyOneOfThemEndsAlone(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            settings: ["handshake_timeout: 1s", "first_byte_timeout: 1s"], flags: workerClass.flags)
        for given in Self.cases {
            let client = try TCPClient(port: server.port)
            try? client.send(given.bytes)
            if given.isRefused {
                #expect(eventually { client.isReadable(within: 100) }, "\(given): \(server.log)")
                _ = try? client.receiveAll()
            }
            client.close()
        }
        // Those that stop in the middle and stay.
        let silent = try Self.cases.filter { !$0.isRefused }.map { given in
            let client = try TCPClient(port: server.port)
            try client.send(given.bytes)
            if workerClass == .sync { _ = try? client.receiveAll() }
            return client
        }
        for client in silent { _ = try? client.receiveAll() }
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    /// Whose handshake has failed is not heard any more, least of all in clear.
    @Test(arguments: StockClass.allCases)
    func nothingIsServedAfterAFailure(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(settings: ["loglevel: debug"], flags: workerClass.flags)
        for given in Self.cases where given.isRefused {
            let client = try TCPClient(port: server.port)
            try client.send(given.bytes)
            // Its failure is what the server sees first; if not, the case proves nothing and does no harm.
            usleep(20_000)
            try? client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.endSending()
            let reply = (try? client.receiveAll()) ?? ""
            #expect(!reply.contains("HTTP/1.1 200"), "\(given): \(reply)")
        }
        #expect(server.lines("the handshake failed: ").count >= Self.cases.count(where: \.isRefused))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func oneByteASecondIsTooSlow(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(settings: ["handshake_timeout: 500ms"], flags: workerClass.flags)
        let client = try TCPClient(port: server.port)
        let hello = Self.record(0x16, (3, 1), Self.hello(Self.tls12))
        let isEnded = eventually(within: 10) {
            for byte in hello {
                if (try? client.send([byte])) == nil || client.isReadable(within: 100) { return true }
            }
            return false
        }
        #expect(isEnded)
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    /// Peers of OpenSSL's own that want what they cannot have.
    static let wishes: [[String]] = [
        ["-tls1"], ["-tls1_1"], ["-tls1_2", "-cipher", "AES128-SHA"], ["-tls1_2", "-cipher", "NULL:@SECLEVEL=0"],
        ["-tls1_2", "-cipher", "ADH:@SECLEVEL=0"], ["-tls1_3", "-groups", "P-521"], ["-alpn", "h2,spdy/3"],
        ["-tls1_2", "-sigalgs", "RSA+SHA256"], ["-tls1_3", "-sigalgs", "ed25519"],
        ["-verify_return_error", "-CAfile", "/dev/null"],
        ["-verify_return_error", "-verify_hostname", "other.example"],
    ]

    @Test(arguments: wishes) func wishIsNotGranted(_ wish: [String]) throws {
        let server = try SpawnedServer.secure()
        let outcome = try server.client(wish)
        #expect(outcome.status != 0)
        #expect(!outcome.output.contains("HTTP/1.1 200 OK"), "\(outcome.output)")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    @Test func renegotiationIsRefused() throws {
        let server = try SpawnedServer.secure(listener: ["protocol": "echo", "app": ""])
        // An `R` that it reads alone makes s_client ask for it.
        let talk =
            "(echo hello; sleep 0.5; echo R; sleep 2) | openssl s_client -connect 127.0.0.1:\(server.port) -tls1_2"
        let done = try Command.run(["sh", "-c", talk], within: 10)
        #expect(done.output.contains("RENEGOTIATING") && done.output.contains("no renegotiation"), "\(done.output)")
        server.expectUnharmed()
    }

    /// Ends the connection without a word at every point of a real handshake and of what follows it.
    @Test(arguments: StockClass.allCases)
    func abruptEndsInEveryStateDoNoHarm(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(flags: workerClass.flags)
        let script = """
            import socket, ssl, struct, sys
            port, authority = int(sys.argv[1]), sys.argv[2]
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                for reset in (False, True):
                    for steps in range(0, 14):
                        context = ssl.create_default_context(cafile=authority)
                        context.maximum_version = version
                        client = socket.create_connection(("127.0.0.1", port), 10)
                        into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
                        tls = context.wrap_bio(into, out, server_hostname="localhost")
                        done, pending = 0, b""
                        request = b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
                        state = "handshake"
                        while done < steps:
                            try:
                                if state == "handshake":
                                    tls.do_handshake()
                                    state = "request"
                                elif state == "request":
                                    tls.write(request)
                                    state = "reply"
                                else:
                                    tls.read(4096)
                                    state = "request"
                            except ssl.SSLWantReadError:
                                pass
                            data = out.read()
                            if data:
                                # Half of it, then the other half, so that it ends inside of records too.
                                half = len(data) // 2
                                try:
                                    client.sendall(data[:half])
                                    done += 1
                                    if done == steps:
                                        break
                                    client.sendall(data[half:])
                                    done += 1
                                except OSError:
                                    # The server may have ended after its reply.
                                    break
                            elif state != "request":
                                data = client.recv(65536)
                                if not data:
                                    break
                                into.write(data)
                        if reset:
                            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        client.close()
            print("done")
            """
        let done = try Command.run(["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")])
        #expect(done.output == "done\n")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }
}
