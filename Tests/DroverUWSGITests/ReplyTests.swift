import DroverCore
import DroverScriptedSupport
import DroverSystem
import Testing

@testable import DroverHTTPMessages
@testable import DroverUWSGI

/// How a gateway is answered.
@Suite struct ReplyTests {
    @Test func replyHasAStatusLineAndEndsWithTheConnection() async throws {
        let exchange = try await Exchange.run { _ in .text("hi\n") }
        #expect(exchange.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(exchange.text.contains("\r\nContent-Length: 3\r\n"))
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        #expect(exchange.text.hasSuffix("\r\n\r\nhi\n"))
        #expect(exchange.sends == 1, "head and body leave together")
        #expect(exchange.requests == 1)
        #expect(exchange.errors == 0)
    }

    @Test func secondPacketIsNoRequest() async throws {
        let exchange = try await Exchange.run([Packet.bytes() + Packet.bytes()]) { _ in .text("hi\n") }
        #expect(exchange.requests == 1)
        #expect(exchange.statuses == ["200 OK"])
    }

    @Test func headAndBodylessStatuses() async throws {
        let head = try await Exchange.run(Packet.changed(["REQUEST_METHOD": "HEAD"])) { _ in .text("hidden") }
        #expect(head.text.contains("Content-Length: 6\r\n"))
        #expect(head.text.hasSuffix("\r\n\r\n"))
        let unchanged = try await Exchange.run { _ in .status(.notModified) }
        #expect(unchanged.text.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
        #expect(!unchanged.text.contains("Content-Length"))
        #expect(unchanged.text.hasSuffix("\r\n\r\n"))
    }

    @Test func streamEndsWithTheConnectionAndNotInChunks() async throws {
        let exchange = try await Exchange.run { _ in
            .stream(contentType: .text) { writer in for number in 1...3 { try await writer.write("\(number)\n") } }
        }
        #expect(!exchange.text.contains("Transfer-Encoding"))
        #expect(exchange.text.hasSuffix("\r\n\r\n1\n2\n3\n"))
        let sized = try await Exchange.run { _ in .stream(length: 4) { try await $0.write("abcd") } }
        #expect(sized.text.contains("Content-Length: 4\r\n"))
        #expect(sized.text.hasSuffix("\r\n\r\nabcd"))
    }

    @Test func earlyHintsAreLeftOut() async throws {
        let exchange = try await Exchange.run { request in
            try await request.sendEarlyHints(["Link": "</x>"])
            return .text("hi")
        }
        #expect(exchange.statuses == ["200 OK"])
    }

    @Test func bodyIsAsLongAsContentLengthSays() async throws {
        let variables = Packet.changed(["REQUEST_METHOD": "POST", "CONTENT_LENGTH": "5", "HTTP_EXPECT": "100-continue"])
        let exchange = try await Exchange.run(variables, body: "hello and more") { request in
            .text(String(decoding: try await request.body.collect(upTo: 100), as: UTF8.self))
        }
        #expect(exchange.statuses == ["200 OK"], "nobody waits to be invited")
        #expect(exchange.body == "hello")
        let bytes = Packet.bytes(variables) + Array("hello".utf8)
        let pieces = try await Exchange.run(bytes.map { [$0] }) { request in
            .text(String(decoding: try await request.body.collect(upTo: 100), as: UTF8.self))
        }
        #expect(pieces.body == "hello", "byte by byte")
    }

    @Test func bodyThatBreaksOffIsAnError() async throws {
        let variables = Packet.changed(["REQUEST_METHOD": "POST", "CONTENT_LENGTH": "5"])
        let exchange = try await Exchange.run(variables, body: "hell") { request in
            .text("\(try await request.body.collect(upTo: 100).count)")
        }
        #expect(exchange.statuses == ["400 Bad Request"])
    }

    @Test func handlersErrorsRenderThemselves() async throws {
        struct Oops: Error {}
        #expect(try await Exchange.run { _ in throw Oops() }.statuses == ["500 Internal Server Error"])
        #expect(try await Exchange.run { _ in throw HTTPError(.gone) }.statuses == ["410 Gone"])
    }

    @Test func upgradeLeavesTheProtocol() async throws {
        let variables = Packet.changed(["HTTP_CONNECTION": "upgrade", "HTTP_UPGRADE": "lab"])
        let exchange = try await Exchange.run(variables, body: "ping") { _ in
            .upgrade(to: "lab") { connection in
                while let bytes = try await connection.read() { try await connection.write(bytes) }
            }
        }
        #expect(exchange.text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(exchange.text.hasSuffix("\r\n\r\nping"))
        let unasked = try await Exchange.run { _ in .upgrade(to: "lab") { _ in } }
        #expect(unasked.statuses == ["426 Upgrade Required"])
    }

    @Test func strangersAreRefused() async throws {
        let exchange = try await Exchange.run(Packet.get, peer: .ipv4(0xC000_0201, port: 9)) { _ in .text("hi") }
        #expect(exchange.statuses == ["403 Forbidden"])
        #expect(exchange.body.contains("uwsgi.uwsgi_allow_ips"))
        #expect(exchange.requests == 0)
        var settings = UWSGISettings()
        settings.allowed = try AddressRanges(parsing: ["192.0.2.0/24"])
        let allowed = try await Exchange.run(
            Packet.get, settings: settings, peer: .ipv4(0xC000_0201, port: 9)
        ) { .text("\($0.client)") }
        #expect(allowed.body == "192.0.2.7:4242")
        #expect(try await Exchange.run(settings: settings) { _ in .text("") }.statuses == ["403 Forbidden"])
    }
}
