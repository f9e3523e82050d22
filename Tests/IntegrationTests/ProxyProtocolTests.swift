import DroverTestSupport
import Glibc
import Testing

@Suite struct ProxyProtocolTests {
    private let line = "PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n"
    private let get = "GET /message/client HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"

    private func lab(_ mode: String, _ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: 1, ["--proxy-protocol", mode] + arguments)
    }

    private func answer(_ server: SpawnedServer, _ pieces: [String]) throws -> String {
        let client = try TCPClient(port: server.port)
        for piece in pieces {
            try client.send(piece)
            eventually(within: 0.03) { false }
        }
        let text = try client.receiveAll()
        return HTTPReply(text)?.body ?? text
    }

    @Test func clientsAddressIsThePeers() throws {
        let server = try lab("on")
        for pieces in [[line + get], [line, get], line.map { "\($0)" } + [get]] {
            #expect(try answer(server, pieces).hasPrefix("203.0.113.9:4711 203.0.113.9:4711 http test "))
        }
        let binary: [UInt8] =
            [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
            + [203, 0, 113, 10, 127, 0, 0, 1, 0x12, 0x67, 0, 80]
        let client = try TCPClient(port: server.port)
        try client.send(binary + Array(get.utf8))
        #expect(try client.receiveAll().contains("\r\n\r\n203.0.113.10:4711 "))
        // The proxy's word is no longer the client's: what the client says itself is not believed.
        let forged = get.replacing("Host:", with: "X-Forwarded-For: 1.1.1.1\r\nHost:")
        #expect(try answer(server, [line + forged]).hasPrefix("203.0.113.9:4711 "))
        #expect(try answer(server, [get]).hasPrefix("127.0.0.1:"))
        #expect(try answer(server, ["PROXY UNKNOWN\r\n" + get]).hasPrefix("127.0.0.1:"))
        server.expectUnharmed()
    }

    @Test func inspectShowsTheClient() throws {
        let server = try SpawnedServer.drover(["--app", "inspect", "--proxy-protocol", "on"])
        let mapped = "PROXY TCP6 ::ffff:203.0.113.9 ::1 4711 80\r\n"
        let body = try answer(server, [mapped + get])
        #expect(body.contains(#""client":"203.0.113.9","scheme":"http","authority":"test""#), "\(body)")
        #expect(body.contains(#""remote":"203.0.113.9:4711""#))
        server.expectUnharmed()
    }

    @Test func malformedHeadersEndTheConnection() throws {
        let server = try lab("on")
        #expect(try answer(server, ["PROXY TCP4 1.2.3.4\r\n" + get]) == "")
        try server.waitForLines("malformed address")
        #expect(server.lines("event=connection_ended").allSatisfy { $0.contains(" info ") })
        #expect(try answer(server, [get]).hasPrefix("127.0.0.1:"))
        server.expectUnharmed()
    }

    @Test func requiredMeansEverybody() throws {
        let server = try lab("required")
        #expect(try answer(server, [line + get]).hasPrefix("203.0.113.9:4711 "))
        #expect(try answer(server, [get]) == "")
        try server.waitForLines("there is none")
        server.expectUnharmed()
        let strict = try lab("required", ["--proxy-allow-ips", "10.0.0.0/8"])
        #expect(try answer(strict, [line + get]) == "")
        try strict.waitForLines("none of proxy_allow_ips")
        strict.expectUnharmed()
    }

    @Test func headerHasUntilTheFirstByteIsDue() throws {
        let server = try lab("on", ["--first-byte-timeout", "300ms"])
        let start = now()
        let client = try TCPClient(port: server.port)
        try client.send("PROXY TCP4 203")
        #expect(client.isEnded())
        #expect(now() - start >= 0.25)
        #expect(now() - start < 5)
        server.expectUnharmed()
    }

    @Test func headersMeanNothingWhereTheyAreOff() throws {
        let server = try lab("off")
        #expect(try answer(server, [line + get]).hasPrefix("400 Bad Request"))
        server.expectUnharmed()
    }

    @Test func everyProtocolHasThem() throws {
        let server = try SpawnedServer.drover(["--protocol", "echo", "--proxy-protocol", "required"])
        let client = try TCPClient(port: server.port)
        try client.send(line + "hello")
        #expect(try String(decoding: client.receive(exactly: 5), as: UTF8.self) == "hello")
        client.close()
        server.expectUnharmed()
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: other)
    }
}
