import DroverLineRPCMessages
import Testing

@testable import DroverLineRPC

/// Where a client goes too far, and how messages are told apart.
@Suite struct LimitTests {
    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    private let pong = #"{"jsonrpc":"2.0","id":1,"result":"pong"}"#

    @Test func longestLineIsTakenAndTheNextByteIsNot() async throws {
        var settings = LineRPCSettings()
        settings.maxLine = 100
        let fitting = ping + String(repeating: " ", count: 100 - ping.utf8.count)
        #expect(try await RPCExchange.run([fitting, fitting + "\r"], settings: settings).lines == [pong, pong])
        let lines = try await RPCExchange.run([fitting + " ", ping], settings: settings).lines
        #expect(lines.count == 1, "the connection ends")
        #expect(lines.first?.contains("-32600") == true && lines.first?.contains("line_rpc.max_line") == true)
    }

    @Test func lineWithoutAnEndIsRefusedBeforeItIsRead() async throws {
        var settings = LineRPCSettings()
        settings.maxLine = 1_000
        let pieces = [[UInt8]](repeating: Array(repeating: 0x20, count: 500), count: 1_000)
        let exchange = try await RPCExchange.run(pieces, settings: settings)
        #expect(exchange.lines.count == 1 && exchange.text.contains("-32600"))
    }

    @Test func depth() async throws {
        var settings = LineRPCSettings()
        settings.maxDepth = 4
        func nested(_ depth: Int) -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"echo","params":\#(String(repeating: "[", count: depth))"#
                + String(repeating: "]", count: depth) + "}"
        }
        let lines = try await RPCExchange.run([nested(3), nested(4), ping], settings: settings).lines
        #expect(lines.count == 3)
        #expect(lines[0].contains("[[[]]]"))
        #expect(lines[1].contains("-32600") && lines[1].contains("line_rpc.max_depth"))
        #expect(lines[2] == pong)
    }

    @Test(arguments: [64, 65, 511])
    func deepNestingWhereItIsAllowed(_ depth: Int) async throws {
        var settings = LineRPCSettings()
        settings.maxDepth = 512
        let params = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let line = #"{"jsonrpc":"2.0","id":1,"method":"echo","params":\#(params)}"#
        #expect(
            try await RPCExchange.run([line], settings: settings).lines
                == [#"{"jsonrpc":"2.0","id":1,"result":\#(params)}"#])
    }

    @Test func batchSize() async throws {
        var settings = LineRPCSettings()
        settings.maxBatch = 3
        func batch(_ count: Int) -> String { "[" + Array(repeating: ping, count: count).joined(separator: ",") + "]" }
        let lines = try await RPCExchange.run([batch(3), batch(4), ping], settings: settings).lines
        #expect(lines.count == 3)
        #expect(lines[0] == "[\(pong),\(pong),\(pong)]")
        #expect(lines[1].contains("-32600") && lines[1].contains("line_rpc.max_batch"))
        #expect(lines[2] == pong)
    }

    @Test func replyToABatchIsBounded() async throws {
        final class Calls: @unchecked Sendable { var count = 0 }
        let calls = Calls()
        var settings = LineRPCSettings()
        settings.maxBatchReply = 1_000
        let text = String(repeating: "x", count: 300)
        let batch = (1...9).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"\#($0 == 8 ? "late" : "say")"}"# }
        let lines = try await RPCExchange.run(["[" + batch.joined(separator: ",") + "]", ping], settings: settings) {
            $0.register("say") {
                calls.count += 1
                return text
            }
            $0.register("late") { () async in text }
        }.lines
        try #require(lines.count == 2)
        let parts = lines[0].dropFirst().dropLast().split(separator: "},{").count
        #expect(parts == 9, "each call has its answer")
        #expect(lines[0].split(separator: text, omittingEmptySubsequences: false).count == 3, "two results fit")
        #expect(lines[0].split(separator: "-32001", omittingEmptySubsequences: false).count == 8)
        #expect(lines[0].contains("line_rpc.max_batch_reply"))
        #expect(calls.count == 3, "what does not fit in any case is not called")
        #expect(lines[1] == pong)
    }

    @Test func resultThatComesLateIsBoundedToo() async throws {
        var settings = LineRPCSettings()
        settings.maxBatchReply = 1_000
        let text = String(repeating: "x", count: 300)
        let batch = (1...4).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"late"}"# }
        let exchange = try await RPCExchange.run(["[" + batch.joined(separator: ",") + "]"], settings: settings) {
            $0.register("late", beside: true) { text }
        }
        #expect(exchange.text.split(separator: text, omittingEmptySubsequences: false).count == 3)
        #expect(exchange.text.split(separator: "-32001", omittingEmptySubsequences: false).count == 3)
    }

    @Test func othersHaveTheirTurnWithinABatchAndBetweenLines() async throws {
        var settings = LineRPCSettings()
        settings.maxBatch = 10_000
        let batch = "[" + Array(repeating: ping, count: 2_000).joined(separator: ",") + "]"
        let batched = try await RPCExchange.run([batch], settings: settings)
        #expect(batched.requests == 2_000 && batched.turns >= 4)
        let lines = try await RPCExchange.run(Array(repeating: ping, count: 2_000), settings: settings)
        #expect(lines.requests == 2_000 && lines.turns + lines.sends >= 4)
    }

    @Test func emptyLinesMeanNothing() async throws {
        let exchange = try await RPCExchange.run(["", "  ", "\r", ping, ""])
        #expect(exchange.lines == [pong] && exchange.errors == 0)
    }

    @Test func repliesShareASendAndCount() async throws {
        let exchange = try await RPCExchange.run(Array(repeating: ping, count: 50))
        #expect(exchange.lines == Array(repeating: pong, count: 50))
        #expect(exchange.sends == 1 && exchange.requests == 50 && exchange.errors == 0)
    }

    @Test func anyWayToArrive() async throws {
        let bytes = Array((ping + "\r\n" + ping + "\n").utf8)
        for cut in 1..<bytes.count {
            let exchange = try await RPCExchange.run([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(exchange.lines == [pong, pong])
        }
        #expect(try await RPCExchange.run(bytes.map { [$0] }).lines == [pong, pong])
    }

    @Test func lastLineNeedsNoEnd() async throws {
        let bytes = Array((ping + "\n" + ping).utf8)
        #expect(try await RPCExchange.run([bytes]).lines == [pong, pong])
        #expect(try await RPCExchange.run(bytes.map { [$0] }).lines == [pong, pong])
        #expect(try await RPCExchange.run([Array("[\(ping),\(ping)]".utf8)]).lines == ["[\(pong),\(pong)]"])
        let cut = try await RPCExchange.run([Array(ping.utf8.dropLast(3))])
        #expect(cut.lines.count == 1 && cut.text.contains("-32700"))
        #expect(try await RPCExchange.run([Array((ping + "\n \r").utf8)]).lines == [pong])
    }

    // MARK: Content-Length

    private func headed(_ message: String, _ header: String? = nil) -> [UInt8] {
        Array(((header ?? "Content-Length: \(message.utf8.count)\r\n\r\n") + message).utf8)
    }

    private func run(_ pieces: [[UInt8]]) async throws -> RPCExchange {
        var settings = LineRPCSettings()
        settings.framing = .header
        settings.maxLine = 1_000
        return try await RPCExchange.run(pieces, settings: settings)
    }

    @Test func headersAnyWayToArrive() async throws {
        let second = "content-length:\t\(ping.utf8.count) \r\nContent-Type: application/vscode-jsonrpc\r\n\r\n"
        let bytes = headed(ping) + headed(ping, second)
        let expected = String(repeating: "Content-Length: \(pong.utf8.count)\r\n\r\n\(pong)", count: 2)
        for cut in 1..<bytes.count {
            #expect(try await run([Array(bytes[..<cut]), Array(bytes[cut...])]).text == expected)
        }
        #expect(try await run(bytes.map { [$0] }).text == expected)
    }

    @Test(arguments: [
        "\r\n\r\n", "Content-Type: x\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "Content-Length\r\n\r\n", "Content-Length: \r\n\r\n",
        ": 40\r\n\r\n", "Content-Length: 40\nX: y\r\n\r\n", "Content-Length: 10000000000\r\n\r\n",
        "Content-Length: 1001\r\n\r\n",
    ])
    func headersThatFrameNothing(_ header: String) async throws {
        let exchange = try await run([headed(ping, header) + headed(ping)])
        #expect(exchange.text.contains("-32600") && !exchange.text.contains("pong"))
    }

    @Test func inputThatEndsBehindAHeader() async throws {
        let exchange = try await run([headed(ping) + headed(ping).dropLast(2)])
        #expect(exchange.text.contains(pong))
        #expect(
            exchange.text.contains("-32700") && exchange.text.hasSuffix("the input ends in the middle of a message\"}}")
        )
    }

    @Test func clientsOfTheOtherFramingAreToldInTheirOwn() async throws {
        func refusal(_ reason: String) -> String {
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request: this port takes "#
                + "\(reason) (line_rpc.framing)\"}}"
        }
        let byLines = refusal("a message a line, without headers")
        for header in [nil, "content-type: x\r\ncontent-length: 40\r\n\r\n", "CONTENT-LENGTH:40\n\n"] {
            let bytes = headed(ping, header)
            for pieces in [[bytes], bytes.map { [$0] }, [Array((ping + "\n").utf8), bytes]] {
                let text = try await RPCExchange.run(pieces).text
                #expect(text.hasSuffix("Content-Length: \(byLines.utf8.count)\r\n\r\n\(byLines)"), "\(text)")
                #expect(text.hasPrefix(pieces.count == 2 ? pong : "Content"))
            }
        }
        let byHeaders = refusal("messages behind a Content-Length header") + "\n"
        for line in [ping, "[\(ping)]"] { #expect(try await run([Array("\(line)\n\(line)\n".utf8)]).text == byHeaders) }
        let bare = try await run([headed(ping, "Content-Length: \(ping.utf8.count)\n\n")])
        #expect(bare.text.contains("a line of the header ends with a line feed alone"))
    }

    @Test func headerWithoutAnEnd() async throws {
        let exchange = try await run([Array(repeating: 0x41, count: 5_000)])
        #expect(exchange.text.contains("longer than 4096 bytes"))
    }
}
