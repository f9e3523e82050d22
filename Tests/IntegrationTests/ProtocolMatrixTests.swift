import DroverTestSupport
import Testing

/// Every protocol does the same under every worker class and over every transport.
@Suite struct ProtocolMatrixTests {
    enum Transport: String, CaseIterable, Sendable {
        case plain, tls
    }

    /// One exchange: what a client sends, and what the reply has to end with.
    private struct Exchange {
        let protocolName: String
        let request: [UInt8]
        let ending: String
        /// What the reply has to be in front of that.
        var beginning = ""
    }

    private static let large = String((0..<40_000).map { "\($0 &* 7_919 % 65_536) " }.joined().prefix(200_000))

    private static func packet(_ variables: KeyValuePairs<String, String>) -> [UInt8] {
        let block = variables.flatMap { name, value in
            [name, value].flatMap { [UInt8($0.utf8.count & 0xFF), UInt8($0.utf8.count >> 8)] + Array($0.utf8) }
        }
        return [0, UInt8(block.count & 0xFF), UInt8(block.count >> 8), 0] + block
    }

    private static var exchanges: [Exchange] {
        let mark = VariedBytes.mark(Array(large.utf8))
        func line(_ method: String, _ params: String = "[]", id: Int? = 1) -> String {
            #"{"jsonrpc":"2.0","method":"\#(method)","params":\#(params)\#(id.map { ",\"id\":\($0)" } ?? "")}"#
        }
        let mixed = "[\(line("sum", "[1,2]")),\(line("log", "[\"x\"]", id: nil)),\(line("nothing", id: 2))]\n"
        let call = #"{"jsonrpc":"2.0","method":"sum","params":[19,23],"id":"x"}"#
        let echo = "{\"jsonrpc\":\"2.0\",\"method\":\"echo\",\"params\":[\"\(large)\"],\"id\":7}"
        return [
            Exchange(protocolName: "echo", request: Array("hello!".utf8), ending: "hello!"),
            Exchange(protocolName: "echo", request: Array((large + "!").utf8), ending: large + "!"),
            Exchange(
                protocolName: "http", request: Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
                ending: "\r\n\r\nHello, World!", beginning: "HTTP/1.1 200 OK\r\n"),
            Exchange(
                protocolName: "http",
                request: Array("POST /message/mark HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n\(large)".utf8),
                ending: "\r\n\r\n\(mark)", beginning: "HTTP/1.1 200 OK\r\n"),
            Exchange(
                protocolName: "http", request: Array("GET /bytes?n=300000 HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
                ending: String(repeating: "x", count: 300_000)),
            Exchange(
                protocolName: "uwsgi", request: packet(["REQUEST_METHOD": "GET", "REQUEST_URI": "/"]),
                ending: "\r\n\r\nHello, World!", beginning: "HTTP/1.1 200 OK\r\n"),
            Exchange(
                protocolName: "uwsgi",
                request: packet(["REQUEST_METHOD": "POST", "REQUEST_URI": "/message/mark", "CONTENT_LENGTH": "200000"])
                    + Array(large.utf8),
                ending: "\r\n\r\n\(mark)", beginning: "HTTP/1.1 200 OK\r\n"),
            Exchange(
                protocolName: "uwsgi", request: packet(["REQUEST_METHOD": "GET", "REQUEST_URI": "/bytes?n=300000"]),
                ending: String(repeating: "x", count: 300_000)),
            Exchange(
                protocolName: "line-rpc", request: Array("\(call)\n".utf8), ending: #""id":"x","result":42}"# + "\n"),
            Exchange(
                protocolName: "line-rpc", request: Array("\(echo)\n".utf8), ending: "[\"\(large)\"]}\n"),
            Exchange(
                protocolName: "line-rpc", request: Array(mixed.utf8),
                ending: #""id":2,"error":{"code":-32601,"message":"Method not found: nothing"}}]"# + "\n",
                beginning: #"[{"jsonrpc":"2.0","id":1,"result":3},{"#),
            Exchange(
                protocolName: "line-rpc", request: Array("\(line("wait", "[20,\"w\"]"))\n".utf8),
                ending: #"{"jsonrpc":"2.0","id":1,"result":"w"}"# + "\n"),
            Exchange(
                protocolName: "line-rpc", request: Array("\(line("block", "[20,\"b\"]"))\n".utf8),
                ending: #"{"jsonrpc":"2.0","id":1,"result":"b"}"# + "\n"),
            Exchange(
                protocolName: "line-rpc", request: Array("\(line("subscribe", "[3]"))\n".utf8),
                ending: #"{"jsonrpc":"2.0","method":"tick","params":[3]}"# + "\n",
                beginning: #"{"jsonrpc":"2.0","id":1,"result":3}"#),
            Exchange(
                protocolName: "line-rpc",
                request: Array(
                    (0..<1_000).map { (number: Int) in line("sum", "[\(number),1]", id: number) + "\n" }.joined().utf8),
                ending: #"{"jsonrpc":"2.0","id":999,"result":1000}"# + "\n",
                beginning: #"{"jsonrpc":"2.0","id":0,"result":1}"#),
            Exchange(
                protocolName: "line-rpc", request: Array("{]\n\(line("fail", "[true]"))\n".utf8),
                ending: #"{"jsonrpc":"2.0","id":1,"error":{"code":7,"message":"no","data":[1]}}"# + "\n",
                beginning: #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: "#),
        ]
    }

    /// Sends what it is given in hexadecimal digits, and prints what comes until `ending` has come or nothing more does.
    private static let client = """
        import socket, ssl, sys
        port, transport, request, ending = int(sys.argv[1]), sys.argv[2], *open(sys.argv[3]).read().split()
        request, ending = bytes.fromhex(request), bytes.fromhex(ending)
        client = socket.create_connection(("127.0.0.1", port), 20)
        if transport == "tls":
            context = ssl.create_default_context(cafile=sys.argv[4])
            client = context.wrap_socket(client, server_hostname="localhost")
        client.sendall(request)
        reply = b""
        while not reply.endswith(ending):
            more = client.recv(65536)
            if not more:
                break
            reply += more
        sys.stdout.buffer.write(reply)
        """

    private static func digits(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: StockClass.allCases, Transport.allCases)
    func protocolsDoTheSame(_ workerClass: StockClass, _ transport: Transport) throws {
        let directory = TemporaryDirectory()
        let names = ["echo", "http", "uwsgi", "line-rpc"]
        let listeners = names.map { "  - { bind: \"127.0.0.1:0\", transport: \(transport), protocol: \($0) }\n" }
        directory.write(
            "drover.yaml",
            """
            listeners:
            \(listeners.joined())
            tls: { certfile: \(Certificates.path("server.pem")), keyfile: \(Certificates.path("server.key")) }

            """)
        let server = SpawnedServer("drover-lab", workerClass.flags, in: directory)
        try server.waitUntilReady(workers: 1)
        let script = directory.write("client.py", Self.client)
        for exchange in Self.exchanges {
            let place = try #require(names.firstIndex(of: exchange.protocolName))
            let line = try #require(server.lines("event=listening").dropFirst(place).first)
            let port = SpawnedServer.value("address", in: line)?.split(separator: ":").last ?? ""
            let digits = "\(Self.digits(exchange.request)) \(Self.digits(Array(exchange.ending.utf8)))"
            let file = directory.write("exchange", digits)
            let outcome = try Command.run([
                "python3", script, "\(port)", transport.rawValue, file, Certificates.path("ca.pem"),
            ])
            #expect(outcome.status == 0)
            #expect(
                outcome.output.hasSuffix(exchange.ending), "\(exchange.protocolName): \(outcome.output.suffix(300))")
            #expect(outcome.output.hasPrefix(exchange.beginning), "\(outcome.output.prefix(300))")
        }
        server.expectUnharmed()
    }
}
