import DroverHTTP
import DroverScriptedSupport
import Testing

@testable import DroverHTTPMessages

/// A request, the rule it shows, and what has to come of it.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
    enum Outcome: Equatable, Sendable {
        /// It is understood as this, and the next request on the connection is answered too.
        case understood(String)
        /// It is understood as this, and its reply is the last.
        case last(String)
        /// It is answered with this status, and what follows is not looked at.
        case refused(Int)
        /// Nobody gets an answer.
        case silence
    }

    let rule: String
    let text: String
    let outcome: Outcome

    var testDescription: String { "\(rule): \(text.prefix(60).debugDescription)" }

    /// Answers with what it has understood.
    static let handler = ClosureHandler { request in
        let body = try await request.body.collect(upTo: 1 << 20)
        let trailers = request.trailers.map { " \($0.name)=\($0.value)" }.joined()
        return .text("\(request.method) \(request.target) \(String(decoding: body, as: UTF8.self))\(trailers)")
    }

    private static let second = "GET /second HTTP/1.1\r\nHost: a\r\n\r\n"

    /// What came of delivering it in `pieces`, with another request behind it.
    private func outcome(_ pieces: [String]) async throws -> Outcome {
        let exchange = try await Exchange.run(pieces, Self.handler)
        let replies = exchange.statuses.compactMap { Int($0.prefix(3)) }.filter { $0 != 100 }
        if exchange.body == "GET /second ", replies.count == 2 {
            return .understood(exchange.bodyOfFirstReply)
        }
        guard replies.count == 1 else { return replies.isEmpty ? .silence : .refused(-replies.count) }
        return replies[0] == 200 ? .last(exchange.body) : .refused(replies[0])
    }

    /// The ways of delivering it that do not lead to the outcome.
    func failures() async throws -> [String] {
        let bytes = Array((text + Self.second).unicodeScalars).map { String($0) }
        let whole = bytes.joined()
        var deliveries = [("whole", [whole]), ("in single characters", bytes)]
        for cut in bytes.indices.dropFirst() {
            deliveries.append(("cut at \(cut)", [bytes[..<cut].joined(), bytes[cut...].joined()]))
        }
        var failures: [String] = []
        for (name, pieces) in deliveries {
            let result = try await outcome(pieces)
            if result != outcome { failures.append("\(name): \(result) instead of \(outcome)") }
        }
        return failures
    }
}

extension ConformanceCase {
    /// A request of which only the first line is of interest.
    static func line(_ rule: String, _ line: String, _ outcome: Outcome) -> Self {
        Self(rule: rule, text: "\(line)\r\nHost: a\r\n\r\n", outcome: outcome)
    }

    /// A GET with one more field.
    static func field(_ rule: String, _ field: String, _ outcome: Outcome = .understood("GET / ")) -> Self {
        Self(rule: rule, text: "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n", outcome: outcome)
    }

    /// A POST with fields that frame `body`.
    static func body(_ rule: String, _ fields: String, _ body: String, _ outcome: Outcome) -> Self {
        Self(rule: rule, text: "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)", outcome: outcome)
    }

    /// A POST in chunks.
    static func chunks(_ rule: String, _ body: String, _ outcome: Outcome) -> Self {
        .body(rule, "Transfer-Encoding: chunked", body, outcome)
    }
}

extension Exchange {
    /// The body of the first reply, by its Content-Length.
    var bodyOfFirstReply: String {
        let bytes = Array(text.utf8)
        let mark = Array("\r\n\r\n".utf8)
        let start = text.hasPrefix("HTTP/1.1 100") ? 25 : 0
        guard let end = bytes.indices.dropFirst(start).first(where: { bytes[$0...].starts(with: mark) }) else {
            return ""
        }
        let head = String(decoding: bytes[start..<end], as: UTF8.self)
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
        let count = length.flatMap { Int($0.dropFirst(16)) } ?? 0
        return String(decoding: bytes[(end + 4)...].prefix(count), as: UTF8.self)
    }
}
