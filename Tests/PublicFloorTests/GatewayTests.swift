import Drover
import DroverBytes
import DroverHTTPMessages
import DroverTesting
import Logging
import Testing

/// SCGI, which nginx speaks with scgi_pass, as a package from elsewhere would bring it: the variables of one request in a
/// netstring, each name and value with a zero behind it, and then the body.
private final class SCGI: MessageProtocol {
    private enum Mistake: Error {
        case netstring
        case variables(GatewayRejection)

        var status: HTTPStatus {
            switch self {
            case .netstring: .badRequest
            case .variables(let rejection): rejection.status
            }
        }
    }

    private let responder: HTTPResponder
    private let pool: ExchangePool

    init(_ handler: any HTTPHandler, rules: ExchangeRules = ExchangeRules()) {
        responder = HTTPResponder(handler: handler, logger: Logger(label: "scgi") { _ in SwiftLogNoOpLogHandler() })
        pool = ExchangePool(rules: rules)
    }

    func step(_ connection: Connection) -> Step {
        let exchange = pool.take(for: connection)
        do throws(Mistake) {
            guard let end = try read(connection, exchange) else {
                pool.give(exchange)
                return .rest
            }
            exchange.beginRequest(connection, consuming: end)
        } catch {
            connection.countError()
            responder.refuse(with: .status(error.status), connection)
            pool.give(exchange)
            return .end
        }
        if responder.answerAtOnce(exchange, connection) == .task {
            exchange.keep(on: connection)
            return .task
        }
        pool.give(exchange)
        return .end
    }

    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let exchange = HTTPExchange.kept(on: connection) else { return .end }
        exchange.take(connection)
        defer { pool.give(exchange) }
        _ = try await responder.answer(exchange)
        return .end
    }

    func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        responder.notice(occasion, connection)
    }

    /// - Returns: Where the variables end; nil if they are not all here.
    private func read(_ connection: Connection, _ exchange: HTTPExchange) throws(Mistake) -> Int? {
        try connection.withBuffered { bytes throws(Mistake) in
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
                if bytes.byteCount > 5 { throw .netstring }
                return nil
            }
            guard let length = Int(String(decoding: bytes.extracting(0..<colon))), length > 0, length < 60_000 else {
                throw .netstring
            }
            let end = colon + 1 + length
            guard bytes.byteCount > end else { return nil }
            guard bytes.byte(end) == UInt8(ascii: ",") else { throw .netstring }
            let block = bytes.extracting(colon + 1..<end)
            try note(block, exchange)
            do throws(GatewayRejection) {
                _ = try exchange.takeVariables(block)
            } catch {
                throw .variables(error)
            }
            return end + 1
        }
    }

    private func note(_ block: RawSpan, _ exchange: HTTPExchange) throws(Mistake) {
        try exchange.withVariables { table throws(Mistake) in
            var start = 0
            while start < block.byteCount {
                guard let middle = block.firstIndex(of: 0, from: start),
                    let end = block.firstIndex(of: 0, from: middle + 1)
                else { throw .netstring }
                table.append(
                    FieldSlice(name: ByteSlice(from: start, to: middle), value: ByteSlice(from: middle + 1, to: end)))
                start = end + 1
            }
        }
    }
}

private struct GatewaySettings: Sendable, Equatable {
    var rules = ExchangeRules()

    static let section = PluginSection("scgi", GatewaySettings(), [.part(\.rules.body, BodySettings.rows)])
}

@Suite struct GatewayTests {
    private func packet(_ variables: KeyValuePairs<String, String>, body: String = "") -> String {
        let block = variables.map { "\($0)\0\($1)\0" }.joined()
        return "\(block.utf8.count):\(block),\(body)"
    }

    @Test func answersWithAndWithoutWaiting() async throws {
        let get = packet([
            "CONTENT_LENGTH": "0", "SCGI": "1", "REQUEST_METHOD": "GET", "REQUEST_URI": "/a?b", "HTTP_HOST": "shop",
            "REMOTE_ADDR": "203.0.113.7",
        ])
        let told = SCGI(
            ClosureHandler { request in
                .text("\(request.method) \(request.target) for \(request.client.host) at \(request.host ?? "-")")
            })
        let exchange = try await told.exchange([Array(get.prefix(30).utf8), Array(get.dropFirst(30).utf8)])
        let reply = String(decoding: exchange.bytes, as: UTF8.self)
        #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && reply.hasSuffix("\r\n\r\nGET /a?b for 203.0.113.7 at shop"))
        #expect(exchange.requests == 1 && exchange.errors == 0 && exchange.tasks == 0)

        let post = packet(["CONTENT_LENGTH": "5", "SCGI": "1", "REQUEST_METHOD": "POST", "REQUEST_URI": "/"])
        let echo = SCGI(ClosureHandler { request in .bytes(try await request.body.collect(upTo: 10)) })
        #expect(try await echo.answers(to: post, "he", "llo").hasSuffix("\r\n\r\nhello"))
    }

    @Test func rulesHoldForItAsForOurs() async throws {
        var settings = GatewaySettings()
        settings.rules.body.limit = 4
        let echo = SCGI(ClosureHandler { request in .text(request.path) }, rules: settings.rules)
        let post = packet(["CONTENT_LENGTH": "5", "SCGI": "1", "REQUEST_METHOD": "POST", "REQUEST_URI": "/"])
        let lowerCase = packet(["REQUEST_METHOD": "get", "REQUEST_URI": "/"])
        for (refused, status) in [(post, 413), (lowerCase, 400), ("x:", 400), ("999999", 400), ("3:a\0b,", 400)] {
            let exchange = try await echo.exchange([Array(refused.utf8)])
            #expect(exchange.bytes.starts(with: Array("HTTP/1.1 \(status) ".utf8)), "\(refused)")
            #expect(exchange.requests == 0 && exchange.errors == 1)
        }
    }

    @Test func sectionHasTheRowsOfEveryCarrier() throws {
        #expect(try GatewaySettings.section.settings() == GatewaySettings())
        let entries = [("limit_request_body", "1k"), ("body_minimum_rate", "5"), ("body_rate_grace", "2s")]
        let written = entries.map {
            SettingsNode.Entry($0, at: .builtIn, SettingsNode(.scalar($1, quoted: false), at: .builtIn))
        }
        let rules = try GatewaySettings.section.settings(from: SettingsNode(.mapping(written), at: .builtIn)).rules
        #expect(rules.limits.body == 1_024 && rules.bodyPace == BodyPace(rate: 5, grace: 2_000))
    }
}
