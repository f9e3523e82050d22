import DroverLineRPCMessages
import Testing

@testable import DroverLineRPC

/// How arguments get into a method and results out of it.
@Suite struct ArgumentTests {
    private struct Point: Codable, Sendable {
        let x: Double
        let y: Double?
    }

    private struct Cell: Decodable, Sendable {
        enum Kind: String, Decodable { case wall, door }

        let n: UInt8
        let kind: Kind?
        let weight: Float?
    }

    private struct Grid: Decodable, Sendable {
        let rows: [[Cell]]
        let marks: [String: Int16]?
    }

    private static let int = "a whole number from -9223372036854775808 to 9223372036854775807"

    /// The answer to a call of `m` with `params`, from the result or error on.
    private func call(_ params: String?, _ register: (inout RPCMethods) -> Void) async throws -> String {
        let member = params.map { #","params":\#($0)"# } ?? ""
        let lines = try await RPCExchange.run([#"{"jsonrpc":"2.0","id":1,"method":"m"\#(member)}"#], register).lines
        try #require(lines.count == 1)
        return String(lines[0].dropFirst(#"{"jsonrpc":"2.0","id":1,"#.count).dropLast())
    }

    private func invalid(_ reason: String) -> String {
        #""error":{"code":-32602,"message":"Invalid params: \#(reason)"}"#
    }

    @Test func everyKindOfScalar() async throws {
        let answer = try await call(#"[-12, 1.5, true, "a\u00e9\n", [1, 2], {"x": 1}]"#) {
            $0.register("m") { (a: Int, b: Double, c: Bool, d: String, e: [Int], f: Point) in
                "\(a) \(b) \(c) \(d) \(e) \(f.x)"
            }
        }
        #expect(answer == #""result":"-12 1.5 true aé\u000a [1, 2] 1.0""#)
    }

    @Test(arguments: [
        ("[1]", "'b' is missing"), ("[1,2,3]", "there are more than 2"), (nil, "'a' is missing"),
        (#"["1",2]"#, "'a' must be \(int)"), ("[1.5,2]", "'a' must be \(int)"),
        (#"{"b":-0.5,"a":1}"#, "'b' must be \(int)"),
        (#"{"a":1}"#, "'b' is missing"), (#"{"a":1,"b":2,"c":3}"#, "there is no 'c'; there are a, b"),
        (#"{"a":1,"b":2,"a":3}"#, "'a' is there twice"), ("[null,2]", "'a' must be \(int)"),
        ("[1,9223372036854775808]", "'b' must be \(int)"), ("[1e30,2]", "'a' must be \(int)"),
    ])
    func argumentsThatDoNotFit(_ params: String?, _ reason: String) async throws {
        let answer = try await call(params) { $0.register("m", params: ["a", "b"]) { (a: Int, b: Int) in a + b } }
        #expect(answer == invalid(reason))
    }

    @Test(arguments: [
        (#"[{"n":300}]"#, "params[0].n must be a whole number from 0 to 255"),
        (#"{"n":300}"#, "params.n must be a whole number from 0 to 255"),
        (#"{"n":-1}"#, "params.n must be a whole number from 0 to 255"),
        (#"{"n":1.5}"#, "params.n must be a whole number from 0 to 255"),
        (#"{"n":"1"}"#, "params.n must be a whole number from 0 to 255"),
        (#"{"n":null}"#, "params.n must be a whole number from 0 to 255"),
        (#"{"n":1,"weight":1e300}"#, "params.weight must be of the type Float"),
        (#"{"n":1,"kind":"roof"}"#, "params.kind has an impossible value"), ("{}", "params lacks 'n'"),
    ])
    func placeInAnArgument(_ params: String, _ reason: String) async throws {
        let answer = try await call(params) { $0.register("m") { (cell: Cell) in Int(cell.n) } }
        #expect(answer == invalid(reason))
    }

    @Test(arguments: [
        (
            #"{"a":1,"grid":{"rows":[[{"n":1}],[{"n":2},{"n":256}]]}}"#,
            ".rows[1][1].n must be a whole number from 0 to 255"
        ),
        (#"[1,{"rows":[[],[],[{"n":0.1}]]}]"#, ".rows[2][0].n must be a whole number from 0 to 255"),
        (#"[1,{"rows":[],"marks":{"x y":40000}}]"#, ".marks.x y must be a whole number from -32768 to 32767"),
        (#"[1,{"rows":[[{"n":1},{}]]}]"#, ".rows[0][1] lacks 'n'"),
    ])
    func placeInALaterArgument(_ params: String, _ reason: String) async throws {
        let answer = try await call(params) {
            $0.register("m", params: ["a", "grid"]) { (a: Int, grid: Grid) in a + grid.rows.count }
        }
        #expect(answer == invalid("'grid'\(reason)"))
    }

    @Test func placeIsFoundAtAnyDepth() async throws {
        struct Nest: Decodable, Sendable {
            let n: UInt8
            let in_: [Nest]?

            enum CodingKeys: String, CodingKey { case n, in_ = "in" }
        }
        var settings = LineRPCSettings()
        settings.maxDepth = 512
        let depth = 250
        let nest =
            String(repeating: #"{"n":1,"in":["#, count: depth) + #"{"n":256}"# + String(repeating: "]}", count: depth)
        let line = #"{"jsonrpc":"2.0","id":1,"method":"m","params":[\#(nest)]}"#
        let answer = try await RPCExchange.run([line], settings: settings) {
            $0.register("m") { (nest: Nest) in Int(nest.n) }
        }.lines
        let place = String(repeating: ".in[0]", count: depth)
        #expect(answer.first?.contains("params[0]\(place).n must be a whole number from 0 to 255") == true)
    }

    @Test func methodWithoutParamsTakesNone() async throws {
        for params in [nil, "[]", "{}", "[ ]", "{ }"] {
            let answer = try await call(params) { $0.register("m") { "done" } }
            #expect(answer == #""result":"done""#, "\(params ?? "nothing")")
        }
        for params in ["[1]", "[1,2]", #"{"a":1}"#] {
            let answer = try await call(params) { $0.register("m") { "done" } }
            #expect(answer == invalid("this method takes no params"), "\(params)")
        }
    }

    @Test func namesAreNeededForParamsByName() async throws {
        let answer = try await call(#"{"a":1,"b":2}"#) { $0.register("m") { (a: Int, b: Int) in a + b } }
        #expect(answer == invalid("this method takes its 2 params by position, in an array"))
    }

    @Test(arguments: [(#"{"x":2,"y":3}"#, "5.0"), (#"[{"x":2}]"#, "2.0")])
    func objectIsTheOneParameter(_ params: String, _ sum: String) async throws {
        let answer = try await call(params) { $0.register("m") { (p: Point) in "\(p.x + (p.y ?? 0))" } }
        #expect(answer == #""result":"\#(sum)""#)
    }

    @Test func memberOfTheOneParameterIsNamed() async throws {
        let answer = try await call(#"{"y":3}"#) { $0.register("m") { (p: Point) in p.x } }
        #expect(answer == invalid("params lacks 'x'"))
    }

    @Test(arguments: [("[1]", "1 nil"), ("[1,null]", "1 nil"), ("[1,2]", "1 Optional(2)"), (#"{"a":1}"#, "1 nil")])
    func optionalParameterMayBeLeftOut(_ params: String, _ text: String) async throws {
        let answer = try await call(params) {
            $0.register("m", params: ["a", "b"]) { (a: Int, b: Int?) in "\(a) \(String(describing: b))" }
        }
        #expect(answer == #""result":"\#(text)""#)
    }

    @Test func results() async throws {
        #expect(try await call(nil) { $0.register("m") { () -> Int? in nil } } == #""result":null"#)
        #expect(try await call("[]") { $0.register("m") { [1.5, 2] } } == #""result":[1.5,2]"#)
        #expect(try await call(nil) { $0.register("m") { Point(x: 1, y: nil) } } == #""result":{"x":1}"#)
        #expect(try await call(nil) { $0.register("m") { Int.min } } == #""result":-9223372036854775808"#)
        #expect(try await call(nil) { $0.registerNotification("m") { () in } } == #""result":null"#)
        #expect(
            try await call(nil) { $0.register("m") { Double.nan } }
                == #""error":{"code":-32603,"message":"Internal error"}"#)
    }

    @Test func errorsOfAMethod() async throws {
        struct Secret: Error {}
        #expect(
            try await call(nil) { $0.register("m") { () -> Int in throw Secret() } }
                == #""error":{"code":-32603,"message":"Internal error"}"#)
        #expect(
            try await call(nil) {
                $0.register("m") { () -> Int in throw RPCError(12, "a \"b\"", data: RawJSON(#"{"c":1}"#)) }
            } == #""error":{"code":12,"message":"a \"b\"","data":{"c":1}}"#)
    }

    @Test func rawParamsComeBackAsTheyWere() async throws {
        let lines = try await RPCExchange.run([
            #"{"jsonrpc":"2.0","id":1,"method":"echo","params":[ 1.0, {"a" : "\u00e9"} ]}"#,
            #"{"jsonrpc":"2.0","id":2,"method":"echo"}"#,
        ]).lines
        #expect(
            lines == [
                #"{"jsonrpc":"2.0","id":1,"result":[ 1.0, {"a" : "\u00e9"} ]}"#,
                #"{"jsonrpc":"2.0","id":2,"result":null}"#,
            ])
    }

    @Test func methodsListThemselves() async throws {
        let lines = try await RPCExchange.run([#"{"jsonrpc":"2.0","id":1,"method":"methods"}"#]) {
            $0.register("zoom") { 1 }
        }.lines
        #expect(lines == [#"{"jsonrpc":"2.0","id":1,"result":["echo","methods","ping","sum","zoom"]}"#])
    }
}
