import DroverTestSupport
import Glibc
import Testing

@Suite struct BodyDeadlineTests {
    @Test(arguments: ["Content-Length: 1000", "Transfer-Encoding: chunked"])
    func slowBodyIsEnded(_ framing: String) throws {
        let server = try lab("http: { body_minimum_rate: 1000, body_rate_grace: 400ms }")
        let client = try TCPClient(port: server.port)
        try client.send("POST /upload HTTP/1.1\r\nHost: test\r\n\(framing)\r\n\r\n")
        let start = now()
        // A byte each 20 ms never lets a deadline pass that counts silence.
        var text = ""
        eventually(within: 10) {
            try? client.send(framing.hasSuffix("chunked") ? "1\r\na\r\n" : "a")
            text = client.receivedWithin(milliseconds: 20) ?? text
            return !text.isEmpty
        }
        #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(now() - start >= 0.35)
        #expect(now() - start < 5)
        server.expectUnharmed()
    }

    @Test func fastBodyMayPause() throws {
        let server = try lab("http: { body_minimum_rate: 1000, body_rate_grace: 2s }")
        let client = try TCPClient(port: server.port)
        try client.send("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 40000\r\n\r\n")
        for _ in 0..<4 {
            try client.send([UInt8](repeating: 0x61, count: 10_000))
            eventually(within: 0.7) { false }
        }
        #expect(try client.reply().body == "40000")
        server.expectUnharmed()
    }

    @Test func bodyThatNobodyReadsIsNeverARequest() throws {
        let server = try lab("")
        let client = try TCPClient(port: server.port)
        let smuggled = "GET /bytes?n=7 HTTP/1.1\r\nHost: evil\r\n\r\n"
        try client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n")
        #expect(try client.reply().body == "Hello, World!")
        // Longer than a connection between two requests stays awake.
        eventually(within: 0.9) { false }
        try client.send(smuggled)
        try client.send("GET /pid HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        let text = try client.receiveAll()
        #expect(!text.contains("xxxxxxx"))
        #expect(HTTPReply(text)?.body == "\(server.workers[0])")
        server.expectUnharmed()
    }

    private func lab(_ configuration: String) throws -> SpawnedServer {
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", configuration + "\n")
        let server = SpawnedServer(
            "drover-lab", ["--bind", "127.0.0.1:0", "--workers", "1", "--keep-alive", "20"], in: directory)
        try server.waitUntilReady(workers: 1)
        return server
    }
}

extension TCPClient {
    /// What comes within some time; nil if nothing does.
    fileprivate func receivedWithin(milliseconds: Int32) -> String? {
        guard isReadable(within: milliseconds), let bytes = try? receive(), !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
