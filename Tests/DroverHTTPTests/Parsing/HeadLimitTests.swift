import Testing

@testable import DroverHTTPMessages

@Suite struct HeadLimitTests {
    private static let limits = {
        var limits = HeadLimits()
        limits.requestLine = 40
        limits.fields = 3
        limits.fieldSize = 30
        limits.head = 120
        limits.body = 10
        return limits
    }()

    private func outcome(_ text: String) -> Result<ParsedHead?, HeadRejection> {
        #expect(ParsedHead.disagreements(text, limits: Self.limits) == [])
        return ParsedHead.parse(text, limits: Self.limits)
    }

    @Test func requestLine() throws {
        func text(_ count: Int) -> String {
            "GET /\(String(repeating: "a", count: count - 14)) HTTP/1.1\r\nHost: a\r\n\r\n"
        }
        #expect(try outcome(text(40)).get() != nil)
        #expect(outcome(text(41)) == .failure(.requestLineSize))
        #expect(outcome(text(60)) == .failure(.requestLineSize))
        // The end of the line is not waited for.
        #expect(outcome("GET /\(String(repeating: "a", count: 40))") == .failure(.requestLineSize))
    }

    @Test func fieldCount() throws {
        #expect(try outcome("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n").get() != nil)
        #expect(outcome("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\nX: 3\r\n\r\n") == .failure(.fieldCount))
    }

    @Test func fieldSize() throws {
        let value = String(repeating: "v", count: 27)
        #expect(try outcome("GET / HTTP/1.1\r\nHost: a\r\nX: \(value)\r\n\r\n").get() != nil)
        #expect(outcome("GET / HTTP/1.1\r\nHost: a\r\nX: \(value)v\r\n\r\n") == .failure(.fieldSize))
        #expect(outcome("GET / HTTP/1.1\r\nHost: a\r\nX: \(value)vvvv") == .failure(.fieldSize))
        #expect(outcome("GET / HTTP/1.1\r\nHost: a\r\n\(value)nnnn") == .failure(.fieldSize))
    }

    @Test func head() throws {
        var limits = Self.limits
        limits.head = 60
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "v", count: 27))\r\n\r\n"
        #expect(text.utf8.count == 59)
        #expect(try ParsedHead.parse(text, limits: limits).get() != nil)
        limits.head = 58
        #expect(ParsedHead.parse(text, limits: limits) == .failure(.headSize))
        #expect(ParsedHead.disagreements(text, limits: limits) == [])
    }

    @Test func body() throws {
        #expect(try outcome("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n").get() != nil)
        #expect(outcome("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n") == .failure(.bodySize))
    }
}
