import DroverLineRPCMessages
import FoundationEssentials
import Testing

@Suite struct JSONScannerTests {
    private func fault(_ bytes: [UInt8], depth: Int = 512) -> JSONFault? {
        var scanner = JSONScanner(maximumDepth: depth)
        do throws(JSONFault) {
            try scanner.skipValue(bytes.span.bytes)
            try scanner.expectEnd(bytes.span.bytes)
            return nil
        } catch {
            return error
        }
    }

    private func fault(_ text: String, depth: Int = 512) -> JSONFault? {
        fault(Array(text.utf8), depth: depth)
    }

    @Test(arguments: [
        "0", "-0", "-12.5e+3", "1E9", "true", "false", "null", "\"\"", "[]", "{}", "[ ]", "{ }", " [1 , [2] ,{}] \n",
        #"{"a":1,"b":[true,{"c":null}]}"#, #""\"\\\/\b\f\n\r\t\u00Ff""#, #""\ud83d\ude00""#,
        "\"\u{80}\u{7FF}\u{FFFF}\u{10FFFF}\"",
    ])
    func wellFormed(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        ("", JSONFault.unfinished), ("[", .unfinished), ("[1", .unfinished), ("{\"a\"", .unfinished),
        ("\"a", .unfinished), ("tru", .unfinished), ("-", .unfinished), ("1.", .unfinished), ("1e", .unfinished),
        ("\"\\", .unfinished), ("\"\\u12", .unfinished), ("[1,]", .unexpected(at: 3)), ("[,1]", .unexpected(at: 1)),
        ("{,}", .unexpected(at: 1)), ("{\"a\":1,}", .unexpected(at: 7)), ("{a:1}", .unexpected(at: 1)),
        ("{\"a\" 1}", .unexpected(at: 5)), ("[1}", .unexpected(at: 2)), ("{\"a\":1]", .unexpected(at: 6)),
        ("01", .trailing(at: 1)), ("1 2", .trailing(at: 2)), ("+1", .unexpected(at: 0)), (".5", .unexpected(at: 0)),
        ("NaN", .unexpected(at: 0)), ("nul1", .unexpected(at: 3)), ("\"\u{1}\"", .unexpected(at: 1)),
        ("\"\\x\"", .unexpected(at: 2)), ("\"\\u12G4\"", .unexpected(at: 5)), ("'a'", .unexpected(at: 0)),
        ("\"\\ud800\"", .notText(at: 1)), ("\"\\udc00\"", .notText(at: 1)), ("\"\\ud800\\u0041\"", .notText(at: 1)),
        ("// x\n1", .unexpected(at: 0)), ("\u{FEFF}1", .unexpected(at: 0)),
    ])
    func malformed(_ text: String, _ expected: JSONFault) {
        #expect(fault(text) == expected)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xE2, 0x82, 0x41],
        ] as [[UInt8]])
    func whatIsNotUTF8(_ bytes: [UInt8]) {
        #expect(fault([0x22] + bytes + [0x22]) == .notText(at: 1))
    }

    @Test func depth() {
        for depth in [1, 63, 64, 65, 200, 512] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(fault(text, depth: depth) == nil)
            #expect(fault(text, depth: depth - 1) == .tooDeep(limit: depth - 1))
        }
        #expect(fault(String(repeating: "[", count: 100_000), depth: 10_000) == .tooDeep(limit: 512))
    }

    @Test func kindsOfBracketsAreRemembered() {
        var text = ""
        var end = ""
        for level in 0..<200 {
            text += level % 3 == 0 ? "{\"a\":" : "["
            end = (level % 3 == 0 ? "}" : "]") + end
        }
        #expect(fault(text + "1" + end) == nil)
        for place in stride(from: 0, to: 200, by: 7) {
            var wrong = Array(end)
            wrong[place] = wrong[place] == "}" ? "]" : "}"
            #expect(fault(text + "1" + String(wrong)) != nil)
        }
    }

    /// Anything that JSON can say, as the coder reads it.
    private enum Value: Decodable {
        case read

        init(from decoder: any Decoder) throws {
            if let object = try? decoder.container(keyedBy: Key.self) {
                for key in object.allKeys { _ = try object.decode(Value.self, forKey: key) }
            } else if var array = try? decoder.unkeyedContainer() {
                while !array.isAtEnd { _ = try array.decode(Value.self) }
            } else {
                let single = try decoder.singleValueContainer()
                if !single.decodeNil(), (try? single.decode(Bool.self)) == nil, (try? single.decode(String.self)) == nil
                {
                    _ = try single.decode(Double.self)
                }
            }
            self = .read
        }

        struct Key: CodingKey {
            let stringValue: String
            let intValue: Int? = nil
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    /// Whatever the scanner lets through the coder can read, and what it stops the coder refuses as well.
    @Test func agreesWithTheCoder() {
        let seeds = [
            #"{"jsonrpc":"2.0","method":"sum","params":[1,-2.5e3],"id":"a\u00e9\n"}"#,
            #"[true,false,null,{"a":{"b":[]}},"x\ud83d\ude00y",0.1]"#, "\"é€😀\\\\ \\/\"", "-0.0", "[[[[1]]]]",
        ].map { Array($0.utf8) }
        var random = SplitMix(state: 42)
        for round in 0..<5_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                guard let place = bytes.indices.randomElement(using: &random) else { break }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array("{}[]\",:\\u0 e-".utf8).randomElement(using: &random)!, at: place)
                default: bytes.removeLast(min(bytes.count, Int.random(in: 0...4, using: &random)))
                }
            }
            let isRead = (try? JSONCoding.decodeAtLength(Value.self, from: bytes.span.bytes)) != nil
            let fault = fault(bytes)
            // The coder forgives a comma behind the last element; RFC 8259 does not.
            if case .unexpected(let place) = fault, bytes[place] | 0x20 == UInt8(ascii: "}") { continue }
            #expect((fault == nil) == isRead, "\(fault as Any): \(String(decoding: bytes, as: UTF8.self)) \(bytes)")
        }
    }

    /// The shortcuts for scalars read what the coder reads.
    @Test func shortcutsAgreeWithTheCoder() {
        var random = SplitMix(state: 7)
        let alphabet = Array("0123456789-+.eE\"\\nu\u{e9} ".utf8)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 1...20, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            if Bool.random(using: &random) { bytes = [0x22] + bytes + [0x22] }
            guard fault(bytes) == nil else { continue }
            if let number = JSONCoding.plainInteger(bytes.span.bytes) {
                #expect((try? JSONCoding.decodeAtLength(Int.self, from: bytes.span.bytes)) == number)
            }
            if let text = JSONCoding.plainText(bytes.span.bytes) {
                let expected = try? JSONCoding.decodeAtLength(String.self, from: bytes.span.bytes)
                #expect(expected == text, "\(bytes)")
            }
        }
    }
}

/// Random numbers that are the same in each run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
