import DroverHTTP
import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages

@Suite struct StreamTests {
    private struct Mishap: Error {}

    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private let old = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

    private func stream(
        length: Int? = nil, trailers: [String] = [], status: HTTPStatus = .ok,
        _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) -> ClosureHandler {
        ClosureHandler { _ in
            .stream(status: status, contentType: .text, length: length, trailers: trailers, produce)
        }
    }

    @Test func inChunks() async throws {
        let handler = stream { writer in
            try await writer.write("hello ")
            try await writer.write("")
            try await writer.write("world of streams")
        }
        let exchange = try await Exchange.run([get + get], handler)
        #expect(exchange.statuses == ["200 OK", "200 OK"])
        #expect(
            exchange.text.contains(
                "\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n10\r\nworld of streams\r\n0\r\n\r\n"))
        #expect(!exchange.text.contains("Content-Length"))
        #expect(exchange.text.hasSuffix("0\r\n\r\n"))
        #expect(exchange.requests == 2)
    }

    @Test func eachPieceIsSentWhenItIsWritten() async throws {
        let handler = stream { writer in
            for piece in ["a", "b", "c"] { try await writer.write(piece) }
        }
        // Three pieces, the first with the head; the end goes out with the connection's last flush.
        #expect(try await Exchange.run([get], handler).sends == 4)
        let silent = stream { writer in try await writer.flush() }
        let exchange = try await Exchange.run([get], silent)
        #expect(exchange.sends == 2)
        #expect(exchange.text.hasSuffix("\r\n\r\n0\r\n\r\n"))
    }

    @Test func untilTheEndForOldPeers() async throws {
        let handler = stream { writer in try await writer.write("hello") }
        let exchange = try await Exchange.run([old + get], handler)
        #expect(exchange.statuses.count == 1)
        #expect(exchange.text.contains("\r\nConnection: close\r\n\r\nhello"))
        #expect(exchange.text.hasSuffix("hello"))
        #expect(!exchange.text.contains("chunked"))
    }

    @Test func withLength() async throws {
        let handler = stream(length: 5) { writer in
            try await writer.write("he")
            try await writer.write("llo")
        }
        for request in [get, old] {
            let exchange = try await Exchange.run([request + request], handler)
            #expect(exchange.statuses.count == 2)
            #expect(exchange.text.contains("\r\nContent-Length: 5\r\n"))
            #expect(exchange.text.hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test func neverMoreThanDeclared() async throws {
        let handler = stream(length: 5) { writer in
            try await writer.write("hello")
            try await writer.write(" world")
        }
        let exchange = try await Exchange.run([get + get], handler)
        #expect(exchange.statuses.count == 1)
        #expect(exchange.text.hasSuffix("\r\n\r\nhello"))
        // Nothing was sent yet, so there is still a better answer.
        let early = try await Exchange.run([get + get], stream(length: 5) { try await $0.write("too long") })
        #expect(early.statuses == ["500 Internal Server Error", "500 Internal Server Error"])
    }

    @Test func fewerThanDeclaredEndsTheConnection() async throws {
        let exchange = try await Exchange.run([get + get], stream(length: 9) { try await $0.write("hello") })
        #expect(exchange.statuses.count == 1)
        #expect(exchange.text.hasSuffix("\r\n\r\nhello"))
        #expect(exchange.requests == 1)
    }

    @Test func errorInTheMiddleLeavesOutTheEnd() async throws {
        let handler = stream { writer in
            try await writer.write("hello")
            throw Mishap()
        }
        let exchange = try await Exchange.run([get + get], handler)
        #expect(exchange.statuses == ["200 OK"])
        #expect(exchange.text.hasSuffix("\r\n5\r\nhello\r\n"))
    }

    @Test func errorBeforeTheBeginningIsAnswered() async throws {
        let failing = try await Exchange.run([get + get], stream { _ in throw Mishap() })
        #expect(failing.statuses == ["500 Internal Server Error", "500 Internal Server Error"])
        let refusing = stream { _ in throw HTTPError(.notFound, "no stream") }
        let exchange = try await Exchange.run([get], refusing)
        #expect(exchange.statuses == ["404 Not Found"])
        #expect(exchange.body == "no stream")
    }

    @Test func nothingIsProducedWhereNothingIsSent() async throws {
        let handler = stream { _ in Issue.record("nobody wants it") }
        let head = try await Exchange.run(["HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get.replacingGet("HEAD")], handler)
        #expect(head.statuses == ["200 OK", "200 OK"])
        #expect(head.text.hasSuffix("\r\n\r\n"))
        let declared = ClosureHandler { _ in .stream(length: 7) { _ in Issue.record("nobody wants it") } }
        let text = try await Exchange.run([get.replacingGet("HEAD")], declared).text
        #expect(text.contains("Content-Length: 7\r\n"))
        for status in [HTTPStatus.noContent, .notModified, .resetContent] {
            let exchange = try await Exchange.run([get + get], stream(status: status) { _ in Issue.record("no body") })
            #expect(exchange.statuses.count == 2)
            #expect(exchange.text.hasSuffix("\r\n\r\n"))
            #expect(!exchange.text.contains("chunked"))
            #expect(exchange.text.contains("Content-Length: 0") == (status == .resetContent))
        }
    }

    @Test func trailers() async throws {
        let handler = stream(trailers: ["X-Sum"]) { writer in
            try await writer.write("hello")
            writer.trailers = ["X-Sum": "5", "X-More": "m"]
        }
        let exchange = try await Exchange.run([get + get], handler)
        #expect(exchange.text.contains("\r\nTrailer: X-Sum\r\n"))
        #expect(exchange.text.contains("hello\r\n0\r\nX-Sum: 5\r\nX-More: m\r\n\r\nHTTP/1.1 200"))
        #expect(try await !Exchange.run([old], handler).text.contains("X-Sum: 5"))
        let forbidden = stream { writer in
            try await writer.write("hello")
            writer.trailers = ["Content-Length": "5"]
        }
        #expect(try await Exchange.run([get], forbidden).text.hasSuffix("hello\r\n"))
        let announced = stream(trailers: ["Transfer-Encoding"]) { _ in }
        #expect(try await Exchange.run([get], announced).statuses == ["500 Internal Server Error"])
    }

    @Test func writerEndsWithItsStream() async throws {
        let keeper = WriterKeeper()
        let handler = stream { writer in
            keeper.kept = writer
            try await writer.write("hello")
        }
        let exchange = try await Exchange.run([get], handler)
        await #expect(throws: ResponseBodyError.over) { try await keeper.kept?.write("more") }
        #expect(exchange.text.hasSuffix("hello\r\n0\r\n\r\n"))
        #expect(keeper.kept?.count == 5)
    }

    @Test func largePieces() async throws {
        let piece = [UInt8](repeating: 0x61, count: 300_000)
        let exchange = try await Exchange.run([get], stream { try await $0.write(piece) })
        #expect(exchange.text.contains("\r\n493e0\r\naaa"))
        #expect(exchange.text.hasSuffix("aaa\r\n0\r\n\r\n"))
    }

    @Test func drainingWorkerClosesAfterTheStream() async throws {
        let exchange = try await Exchange.run([get + get], drains: true, stream { try await $0.write("a") })
        #expect(exchange.statuses.count == 1)
        #expect(exchange.text.contains("\r\nConnection: close\r\n"))
        #expect(exchange.text.hasSuffix("0\r\n\r\n"))
    }

    @Test func readsTheRequestWhileItAnswers() async throws {
        let echo = ClosureHandler { request in
            .stream { writer in
                for try await piece in request.body { try await writer.write(piece) }
            }
        }
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"
        let exchange = try await Exchange.run([post, "hello", "world", get], echo)
        #expect(exchange.statuses.count == 2)
        #expect(exchange.text.contains("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"))
    }

    private final class WriterKeeper: @unchecked Sendable {
        var kept: ResponseWriter?
    }
}

extension String {
    fileprivate func replacingGet(_ method: String) -> String { method + dropFirst(3) }
}
