import DroverLineRPC
import DroverLineRPCMessages
import Testing

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

    @Test func headerWithoutAnEnd() async throws {
        let exchange = try await run([Array(repeating: 0x41, count: 5_000)])
        #expect(exchange.text.contains("longer than 4096 bytes"))
    }
}
