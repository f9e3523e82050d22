import DroverLineRPCMessages
import Testing

@testable import DroverLineRPC

/// The examples of the specification of JSON-RPC 2.0, section 7, and the rules behind them.
@Suite struct SpecificationTests {
    private func answers(_ lines: String...) async throws -> [String] {
        try await RPCExchange.run(lines) { methods in
            methods.register("subtract", params: ["minuend", "subtrahend"]) { (a: Int, b: Int) in a - b }
            methods.registerNotification("update") { (_: Int, _: Int, _: Int, _: Int, _: Int) in }
            methods.register("get_data") { ListedData() }
        }.lines
    }

    private struct ListedData: Encodable {
        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode("hello")
            try list.encode(5)
        }
    }

    private func error(_ code: Int, id: String = "null", in line: String) -> Bool {
        line.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":""#)
    }

    @Test func paramsByPosition() async throws {
        #expect(
            try await answers(
                #"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
                #"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#)
                == [#"{"jsonrpc":"2.0","id":1,"result":19}"#, #"{"jsonrpc":"2.0","id":2,"result":-19}"#])
    }

    @Test func paramsByName() async throws {
        #expect(
            try await answers(
                #"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
                #"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#)
                == [#"{"jsonrpc":"2.0","id":3,"result":19}"#, #"{"jsonrpc":"2.0","id":4,"result":19}"#])
    }

    @Test func notificationsAreNotAnswered() async throws {
        #expect(
            try await answers(
                #"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#,
                #"{"jsonrpc": "2.0", "method": "foobar"}"#,
                #"{"jsonrpc": "2.0", "method": "subtract", "params": ["no", 1]}"#) == [])
    }

    @Test func methodThatIsNotThere() async throws {
        let lines = try await answers(#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#)
        #expect(lines.count == 1 && error(-32601, id: #""1""#, in: lines[0]))
    }

    @Test func invalidJSON() async throws {
        let lines = try await answers(#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#)
        #expect(lines.count == 1 && error(-32700, in: lines[0]))
    }

    @Test func invalidRequest() async throws {
        let lines = try await answers(#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#)
        #expect(lines.count == 1 && error(-32600, in: lines[0]))
    }

    @Test func invalidBatches() async throws {
        let lines = try await answers(
            #"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method""#, "[]",
            "[1]", "[1,2,3]")
        #expect(lines.count == 4)
        #expect(error(-32700, in: lines[0]))
        #expect(error(-32600, in: lines[1]))
        #expect(lines[2].hasPrefix("[") && error(-32600, in: String(lines[2].dropFirst())))
        #expect(lines[3].split(separator: "-32600", omittingEmptySubsequences: false).count == 4)
    }

    @Test func mixedBatch() async throws {
        let lines = try await answers(
            #"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2], "id": "1"},"#
                + #"{"jsonrpc": "2.0", "method": "update", "params": [7,1,1,1,1]},"#
                + #"{"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},"#
                + #"{"foo": "boo"},"#
                + #"{"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},"#
                + #"{"jsonrpc": "2.0", "method": "get_data", "id": "9"}]"#)
        try #require(lines.count == 1)
        let parts = try JSONCoding.decodeAtLength([RawMember].self, from: Array(lines[0].utf8).span.bytes)
        #expect(parts.map(\.id) == ["1", "2", nil, "5", "9"])
        #expect(parts.map(\.code) == [nil, nil, -32600, -32601, nil])
        #expect(lines[0].contains(#""result":3"#) && lines[0].contains(#""result":19"#))
        #expect(lines[0].contains(#""result":["hello",5]"#))
    }

    private struct RawMember: Decodable {
        struct Failure: Decodable { let code: Int }
        let id: String?
        let error: Failure?
        var code: Int? { error?.code }
    }

    @Test func batchOfNotificationsIsNotAnswered() async throws {
        #expect(
            try await answers(
                #"[{"jsonrpc": "2.0", "method": "ping"}, {"jsonrpc": "2.0", "method": "nothing"}]"#) == [])
    }

    @Test(arguments: ["1", "-7", "0", "1.50", "1e3", "18446744073709551616", #""a\u0062\"c""#, #""""#, "null"])
    func idsComeBackAsTheyWere(_ id: String) async throws {
        #expect(
            try await answers(#"{"jsonrpc":"2.0","method":"ping","id":\#(id)}"#)
                == [#"{"jsonrpc":"2.0","id":\#(id),"result":"pong"}"#])
    }

    @Test(arguments: ["true", "[1]", "{}"])
    func whatIsNoID(_ id: String) async throws {
        let lines = try await answers(#"{"jsonrpc":"2.0","method":"ping","id":\#(id)}"#)
        #expect(lines.count == 1 && error(-32600, in: lines[0]))
    }

    @Test(arguments: [
        (#"{"method":"ping","id":1}"#, "1"), (#"{"jsonrpc":"1.0","method":"ping","id":1}"#, "1"),
        (#"{"jsonrpc":2.0,"method":"ping","id":1}"#, "1"), (#"{"jsonrpc":"2.0","id":1}"#, "1"),
        (#"{"jsonrpc":"2.0","method":"ping","params":1,"id":1}"#, "1"),
        (#"{"jsonrpc":"2.0","method":"ping","params":null,"id":1}"#, "1"),
        (#"{"jsonrpc":"2.0","method":"ping","id":1,"id":1}"#, "1"),
        (#"{"jsonrpc":"2.0","method":"ping","method":"sum","id":1}"#, "1"), ("7", "null"), (#""ping""#, "null"),
    ])
    func whatIsNoRequest(_ line: String, _ id: String) async throws {
        let lines = try await answers(line)
        #expect(lines.count == 1 && error(-32600, id: id, in: lines[0]))
    }

    @Test func membersInAnyOrderAndSpelling() async throws {
        #expect(
            try await answers(
                "{ \"id\" : 1 ,\t\"extra\":[{}], \"p\\u0061rams\" : [ 1 , 2 ] , \"method\":\"s\\u0075m\",\"jsonrpc\":\"2.0\"} \r"
            )
                == [#"{"jsonrpc":"2.0","id":1,"result":3}"#])
    }

    @Test func namesOfTheSpecificationAreNobodys() async throws {
        let lines = try await answers(#"{"jsonrpc":"2.0","method":"rpc.discover","id":1}"#)
        #expect(lines.count == 1 && error(-32601, id: "1", in: lines[0]))
    }

    @Test func repliesAreNotAnswered() async throws {
        #expect(
            try await answers(
                #"{"jsonrpc":"2.0","id":1,"result":3}"#,
                #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":""}}"#) == [])
    }
}
