import Testing

@testable import Frames

/// Three protocols that know nothing of frames, over frames, by configuration alone.
@Suite struct ServingTests {
    @Test func echoHTTPAndJSONRPCAreServed() throws {
        let server = try FramedServer(["echo", "http", "line-rpc"])
        let echo = try FrameClient(port: try server.port("echo"))
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        for size in [65_536, 1_000] {
            try echo.send(text, size: size)
            #expect(try echo.receive { $0.utf8.count == text.utf8.count }.text == text)
        }
        try echo.sayFarewell()
        #expect(try echo.receive() == ("", true), "both say that it is over")

        let http = try FrameClient(port: try server.port("http"))
        for path in ["/a", "/b"] {
            try http.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n", size: 7)
            let reply = try http.receive { $0.hasSuffix("\(path)\n") }.text
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && reply.hasSuffix("Hello over frames, \(path)\n"))
        }
        let calls = try FrameClient(port: try server.port("line-rpc"))
        try calls.send("{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3],\"id\":1}\n")
        #expect(try calls.receive { $0.hasSuffix("\n") }.text == "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\n")
    }

    @Test func brokenFrameEndsTheConnectionWithOneLine() throws {
        let server = try FramedServer(["echo"], settings: "frames:\n  max_frame: 1000\n")
        let client = try FrameClient(port: try server.port("echo"))
        var bytes = Frame(3) { $0 += Array("one".utf8) }.bytes
        try client.sendRaw(bytes)
        #expect(try client.receive { $0 == "one" }.text == "one")
        bytes[5] ^= 1
        try client.sendRaw(bytes)
        #expect(try client.receive() == ("", false), "nothing of it is echoed, and the end is none that was said")
        try server.waitForLine("the peer broke the connection: frame 2 has a wrong checksum")
        let long = try FrameClient(port: try server.port("echo"))
        try long.sendRaw([0, 0, 3, 233])
        _ = try long.receive()
        try server.waitForLine("frame 1 has 1001 bytes, more than the limit of 1000")
        #expect(server.lines("event=connection_ended").count == 2, "one line each")
    }

    @Test func strangerIsToldInItsLanguage() throws {
        let server = try FramedServer(["http"])
        let browser = try FrameClient(port: try server.port("http"), greets: false)
        try browser.sendRaw(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        let reply = try browser.receiveAllRaw()
        #expect(reply.hasPrefix("HTTP/1.1 400 Bad Request\r\n") && reply.contains("frames"))
    }
}
