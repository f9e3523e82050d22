import DroverTestSupport
import Glibc
import Testing

/// Peers that do a handshake wrong, or break off in any of its states: a clean end for them, and nothing for others.
@Suite struct HostileHandshakeTests {
    /// What the server says to a peer before it ends.
    enum Answer: Equatable, Sendable {
        /// It has not heard enough yet, and waits until the time is over.
        case patience
        /// Not a word.
        case nothing
        /// A fatal alert with this number.
        case alert(UInt8)
        /// A reply in clear with this status, to somebody who seems to speak another protocol.
        case clear(String)
    }

    /// What a peer sends before it leaves or waits.
    struct Case: CustomStringConvertible, Sendable {
        let description: String
        let bytes: [UInt8]
        let answer: Answer
        var isRefused: Bool { answer != .patience }

        init(_ description: String, _ bytes: [UInt8], _ answer: Answer = .alert(10)) {
            self.description = description
            self.bytes = bytes
            self.answer = answer
        }

        /// Whether `reply` is all that the server was to say.
        func isAnswered(_ reply: [UInt8]) -> Bool {
            switch answer {
            case .patience, .nothing: reply.isEmpty
            case .alert(let number): reply.count == 7 && reply[0] == 0x15 && reply.suffix(2) == [2, number]
            case .clear(let status): String(decoding: reply, as: UTF8.self).hasPrefix("HTTP/1.1 \(status)\r\n")
            }
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
        Case("nothing at all", [], .patience),
        Case("one byte", [0x16], .patience),
        Case("half a record head", [0x16, 3, 1], .patience),
        Case("garbage", [0x80] + garbage, .nothing),
        // As an empty packet of uwsgi begins.
        Case("zeros", [UInt8](repeating: 0, count: 100), .clear("502 Bad Gateway")),
        Case("ones", [UInt8](repeating: 0xFF, count: 100), .nothing),
        Case(
            "letters that are no HTTP", Array("EHLO example.org and some more words\r\n".utf8),
            .clear("400 Bad Request")),
        Case("SSH", Array("SSH-2.0-OpenSSH_9.2 and its company\r\n".utf8), .nothing),
        Case("SSLv2 hello", [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10] + garbage.prefix(64), .alert(70)),
        Case("SSLv3 hello", record(0x16, (3, 0), hello((3, 0))), .alert(40)),
        Case("TLS 1.0 hello", record(0x16, (3, 1), hello((3, 1))), .alert(70)),
        Case("TLS 1.1 hello", record(0x16, (3, 1), hello((3, 2))), .alert(70)),
        Case(
            "hello without a cipher in common", record(0x16, (3, 1), hello(tls12, ciphers: [0x00, 0x04])), .alert(40)),
        Case("hello without any cipher", record(0x16, (3, 1), hello(tls12, ciphers: [])), .alert(47)),
        Case("hello cut off", Array(record(0x16, (3, 1), hello(tls12)).prefix(40)), .patience),
        Case(
            "hello with a length beyond its record", record(0x16, (3, 1), [1, 0, 0, 200] + garbage.prefix(50)),
            .patience),
        Case("hello of 16 MiB", record(0x16, (3, 1), [1, 0xFF, 0xFF, 0xFF] + garbage.prefix(500)), .alert(47)),
        Case("record larger than allowed", record(0x16, (3, 1), garbage, claiming: 0x4500), .alert(22)),
        Case("record of length 0", record(0x16, (3, 1), []) + record(0x16, (3, 1), []) + record(0x16, (3, 1), garbage)),
        Case("record of an unknown kind", record(0x1B, (3, 3), Array(garbage.prefix(100)))),
        Case("application data first", record(0x17, (3, 3), Array(garbage.prefix(100)))),
        Case("change of ciphers first", record(0x14, (3, 3), [1])),
        Case("fatal alert first", record(0x15, (3, 3), [2, 40])),
        Case("warnings without end", (0..<20).flatMap { _ in record(0x15, (3, 1), [1, 90]) }),
        Case("close_notify first", record(0x15, (3, 1), [1, 0])),
        Case("server's hello", record(0x16, (3, 3), [2, 0, 0, 38] + garbage.prefix(38))),
        Case("finished first", record(0x16, (3, 3), [20, 0, 0, 12] + garbage.prefix(12))),
        Case("certificate first", record(0x16, (3, 3), [11, 0, 0, 3, 0, 0, 0])),
        Case("hello and garbage", record(0x16, (3, 1), hello(tls12)) + garbage, .alert(40)),
        Case("two hellos", record(0x16, (3, 1), hello(tls12)) + record(0x16, (3, 1), hello(tls12)), .alert(40)),
        Case("hello in records of one byte", hello(tls12).flatMap { record(0x16, (3, 1), [$0]) }, .alert(40)),
    ]

    /// Everything until the server ends, which it has to do in good order.
    private func reply(_ client: TCPClient, to given: Case) throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while case let more = try client.receive(), !more.isEmpty { bytes += more }
        } catch {
            Issue.record("\(given): no orderly end after \(bytes): \(error)")
        }
        return bytes
    }

    @Test(arguments: StockClass.allCases)
    func everyOneOfThemEndsAlone(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            settings: ["handshake_timeout: 1s", "first_byte_timeout: 1s", "loglevel: debug"], flags: workerClass.flags)
        for given in Self.cases {
            let client = try TCPClient(port: server.port)
            try client.send(given.bytes)
            if given.isRefused {
                let reply = try reply(client, to: given)
                #expect(given.isAnswered(reply), "\(given): \(reply)")
            }
            client.close()
        }
        // Those that stop in the middle and stay: not before their time is over, and without a word.
        let patient = Self.cases.filter { !$0.isRefused }
        var clients: [(Case, TCPClient, Double)] = []
        for given in patient {
            let client = try TCPClient(port: server.port)
            try client.send(given.bytes)
            clients.append((given, client, now()))
            if workerClass == .sync { try expectPatience(clients.removeLast()) }
        }
        for one in clients { try expectPatience(one) }
        // One that says nothing has another deadline; the rest have begun a handshake.
        #expect(server.lines("the handshake deadline passed").count >= patient.count - 1, "\(server.log)")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    private func expectPatience(_ one: (given: Case, client: TCPClient, began: Double)) throws {
        let reply = try reply(one.client, to: one.given)
        #expect(one.given.isAnswered(reply), "\(one.given): \(reply)")
        #expect(now() - one.began > 0.9, "\(one.given)")
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

    /// Each byte comes in good time, and the handshake as a whole does not.
    @Test(arguments: StockClass.allCases)
    func oneByteASecondIsTooSlow(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            settings: ["handshake_timeout: 700ms", "loglevel: debug"], flags: workerClass.flags)
        let client = try TCPClient(port: server.port)
        // Of a hello that is right; at this pace it would take six seconds.
        let hello = Self.record(0x16, (3, 1), Self.hello(Self.tls12))
        let began = now()
        var sent = 0
        for byte in hello {
            if (try? client.send([byte])) == nil || client.isReadable(within: 100) { break }
            sent += 1
        }
        #expect(sent < hello.count)
        #expect(client.isEnded(), "an end, and no answer")
        #expect((0.6..<4).contains(now() - began), "after \(now() - began) s")
        try server.waitForLines("the handshake deadline passed")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    /// A peer of OpenSSL's own that wants what it cannot have, what it hears and what the server says about it.
    struct Wish: CustomStringConvertible, Sendable {
        let arguments: [String]
        let answer: String
        let reason: String
        var description: String { "\(arguments)" }

        init(_ arguments: [String], _ answer: String, _ reason: String) {
            self.arguments = arguments
            self.answer = answer
            self.reason = reason
        }
    }

    static let wishes = [
        Wish(["-tls1", "-cipher", "ALL:@SECLEVEL=0"], "SSL alert number 70", "unsupported protocol"),
        Wish(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "SSL alert number 70", "unsupported protocol"),
        Wish(["-tls1_2", "-cipher", "AES128-SHA"], "SSL alert number 40", "no shared cipher"),
        Wish(["-tls1_2", "-cipher", "NULL:@SECLEVEL=0"], "SSL alert number 40", "no shared cipher"),
        Wish(["-tls1_2", "-cipher", "ADH:@SECLEVEL=0"], "SSL alert number 40", "no shared cipher"),
        Wish(["-tls1_3", "-groups", "P-521"], "SSL alert number 40", "no suitable key share"),
        Wish(["-alpn", "h2,spdy/3"], "SSL alert number 120", "no application protocol"),
        Wish(["-tls1_2", "-sigalgs", "RSA+SHA256"], "SSL alert number 40", "no shared cipher"),
        Wish(["-tls1_3", "-sigalgs", "ed25519"], "SSL alert number 40", "no suitable signature algorithm"),
        Wish(
            ["-verify_return_error", "-CAfile", Certificates.path("stranger.pem")],
            "unable to get local issuer certificate",
            "the peer says: unknown ca"),
        Wish(
            ["-verify_return_error", "-verify_hostname", "other.example"], "hostname mismatch",
            "the peer says: bad certificate"),
    ]

    @Test(arguments: wishes) func wishIsNotGranted(_ wish: Wish) throws {
        let server = try SpawnedServer.secure(settings: ["loglevel: debug"])
        let outcome = try server.client(wish.arguments)
        #expect(outcome.status != 0)
        #expect(outcome.output.contains(wish.answer), "\(outcome.output)")
        #expect(!outcome.output.contains("HTTP/1.1 200 OK"), "\(outcome.output)")
        try server.waitForLines("the handshake failed: \(wish.reason)")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
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
