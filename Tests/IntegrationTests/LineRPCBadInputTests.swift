import DroverTestSupport
import Testing

/// What clients get wrong, a hundred times: each is answered clearly, and the connection goes on where it can.
@Suite struct LineRPCBadInputTests {
    /// An input, the code it is answered with (nil: no answer), and whether the connection goes on after it.
    struct Case {
        let bytes: [UInt8]
        let code: Int?
        /// The id that the answer bears.
        let id: String
        let goesOn: Bool

        init(_ text: String, _ code: Int?, id: String = "null", goesOn: Bool = true) {
            self.init(bytes: Array(text.utf8), code, id: id, goesOn: goesOn)
        }

        init(bytes: [UInt8], _ code: Int?, id: String = "null", goesOn: Bool = true) {
            self.bytes = bytes
            self.code = code
            self.id = id
            self.goesOn = goesOn
        }

        /// What the answer has to begin with, in front of a reason; a batch has it in brackets.
        var beginning: String {
            let kinds = [
                -32700: "Parse error: ", -32600: "Invalid Request: ", -32601: "Method not found: ",
                -32602: "Invalid params: ",
            ]
            let code = code ?? 0
            return #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(kinds[code] ?? "")"#
        }
    }

    /// The id that stands in a message which is JSON, and fit to be answered.
    private static func id(in text: String) -> String {
        text.contains(#""id":1,"id":2"#)
            ? "2" : text.contains(#""id":1"#) && !text.contains("[[[[") && !text.contains(#"{"a":{"a""#) ? "1" : "null"
    }

    private static func call(_ members: String) -> String { #"{"jsonrpc":"2.0",\#(members)}"# }

    private static let noJSON: [Case] = [
        "{", "}", "[", "]", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{1:2}", "{a:1}", "{'a':1}", "[1,]",
        "[,1]", "[1 2]", "[1", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0020\"",
        "\"\t\"",
        "\u{0}", "\u{1}", "\u{FEFF}{}", "nul", "True", "NaN", "Infinity", "-", "+1", "01", "1.", ".5", "1e", "1e+",
        "0x10",
        "1_000", "--1", "// comment", "/* */ 1", "{} {}", "{}{}", "[] []", "1 1", "null null", "GET",
        "Host: example.org", "\u{16}\u{4}\u{1}", "undefined", "{\"jsonrpc\": \"2.0\", \"method\": \"ping\", \"id\": 1",
        "(1)", "<xml/>", "---\nx: 1".replacing("\n", with: " "), "{\"a\":\"b\":\"c\"}", "[\"a\":1]", "\\",
        "{\"jsonrpc\"",
    ].map { Case($0, -32700) }

    private static let notText: [Case] = [
        [0x80], [0xC0, 0x80], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE2, 0x82],
    ].map {
        Case(
            bytes: Array(#"{"jsonrpc":"2.0","method":"echo","params":[""#.utf8) + $0 + Array(#""],"id":1}"#.utf8),
            -32700)
    }

    private static let noRequest: [Case] = [
        "1", "null", "true", "\"ping\"", "{}", "[]", "[1]", "[[]]", "[{}]", "[null]", #"{"method":"ping","id":1}"#,
        #"{"jsonrpc":"1.0","method":"ping","id":1}"#, #"{"jsonrpc":2.0,"method":"ping","id":1}"#,
        #"{"jsonrpc":null,"method":"ping","id":1}"#, #"{"jsonrpc":"2.0 ","method":"ping","id":1}"#,
        call(#""id":1"#), call(#""method":1,"id":1"#), call(#""method":null,"id":1"#),
        call(#""method":["ping"],"id":1"#),
        call(#""method":"ping","id":true"#), call(#""method":"ping","id":[1]"#), call(#""method":"ping","id":{}"#),
        call(#""method":"ping","params":1,"id":1"#), call(#""method":"ping","params":"x","id":1"#),
        call(#""method":"ping","params":null,"id":1"#), call(#""method":"ping","params":true"#),
        call(#""method":"ping","id":1,"id":2"#), call(#""method":"ping","method":"sum","id":1"#),
        call(#""method":"echo","params":[1],"params":[2],"id":1"#), call(#""jsonrpc":"2.0","method":"ping","id":1"#),
        "[" + Array(repeating: "1", count: 101).joined(separator: ",") + "]",
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65), String(repeating: "[", count: 10_000),
        call(
            #""method":"echo","id":1,"params":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        ),
        call(
            #""method":"echo","id":1,"params":"# + String(repeating: #"{"a":"#, count: 100) + "1"
                + String(repeating: "}", count: 100)),
    ].map { Case($0, -32600, id: id(in: $0)) }

    private static let noMethod: [Case] = [
        "nothing", "", "Ping", "ping ", "rpc.discover", "rpc.", "sum\\u0000", "pin\\u0067s",
        String(repeating: "long", count: 10_000),
    ].map { Case(call(#""method":"\#($0)","id":1"#), -32601, id: "1") }

    private static let noArguments: [Case] =
        [
            #"[]"#, "[1]", "[1,2,3]", #"["1","2"]"#, "[1,null]", "[1.5,2]", "[1e400,2]", "[9223372036854775808,1]",
            "[9223372036854775807,1]", "[[1],2]", "[true,false]", "{}", #"{"x":1}"#, #"{"x":1,"y":2,"z":3}"#,
            #"{"x":1,"x":2,"y":3}"#, #"{"X":1,"Y":2}"#,
        ].map { Case(call(#""method":"sum","params":\#($0),"id":1"#), -32602, id: "1") } + [
            Case(call(#""method":"sum","id":1"#), -32602, id: "1")
        ]

    private static let unanswered: [Case] = [
        Case(call(#""method":"nothing""#), nil), Case(call(#""method":"sum","params":["a"]"#), nil),
        Case(call(#""method":"sum""#), nil), Case("", nil), Case("   \t", nil), Case("\r", nil),
        Case(call(#""result":1,"id":1"#), nil), Case(call(#""error":{"code":1,"message":""},"id":null"#), nil),
        Case("[\(call(#""method":"nothing""#))]", nil),
    ]

    private static let ending: [Case] = [
        Case(String(repeating: "a", count: (1 << 20) + 1), -32600, goesOn: false),
        Case(String(repeating: " ", count: (1 << 20) + 2), -32600, goesOn: false),
        Case("[" + String(repeating: "1,", count: 700_000) + "1]", -32600, goesOn: false),
    ]

    static let all = noJSON + notText + noRequest + noMethod + noArguments + unanswered + ending

    @Test(arguments: StockClass.allCases)
    func clearErrorAndNothingLeft(_ workerClass: StockClass) throws {
        #expect(Self.all.count >= 100)
        let server = try SpawnedServer.drover(["--protocol", "line-rpc"] + workerClass.flags)
        let worker = try #require(server.workers.first)
        let before = OwnedConnections.descriptors(of: worker).count
        let ping = #"{"jsonrpc":"2.0","method":"ping","id":"after"}"# + "\n"
        for input in Self.all {
            let client = try TCPClient(port: server.port)
            // The server may have ended before all of it was sent.
            try? client.send(input.bytes + Array("\n\(ping)".utf8))
            client.endSending()
            let answer = try client.receiveAll()
            let name = String(decoding: input.bytes.prefix(60), as: UTF8.self)
            if input.code != nil {
                let first = answer.drop { $0 == "[" }
                #expect(first.hasPrefix(input.beginning), "\(name): \(answer)")
                // A method's name may be empty.
                let reason = first.dropFirst(input.beginning.count)
                #expect(input.code == -32601 || !reason.hasPrefix("\""), "\(name): there is no reason")
            } else {
                #expect(!answer.contains("error"), "\(name): \(answer)")
            }
            #expect(answer.contains(#""id":"after","result":"pong"}"#) == input.goesOn, "\(name): \(answer)")
            let lines = (input.code == nil ? 0 : 1) + (input.goesOn ? 1 : 0)
            #expect(answer.split(separator: "\n").count == lines, "\(name): \(answer)")
        }
        #expect(eventually { OwnedConnections.descriptors(of: worker).count <= before })
        // Clients' mistakes are nothing that somebody has to read about.
        #expect(server.lines("peer=").isEmpty, "\(server.log)")
        server.expectUnharmed()
    }
}
