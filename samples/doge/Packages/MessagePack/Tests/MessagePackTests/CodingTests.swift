import MessagePack
import Testing

@Suite struct CodingTests {
    struct Item: Codable, Equatable {
        enum Size: String, Codable { case small, large }
        var name: String
        var count: Int32
        var price: Double?
        var size: Size
        var tags: [String]
        var data: [UInt8]
        var parts: [Item]
        var seen: MessagePackTimestamp
    }

    private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws {
        let bytes = try MessagePackEncoder.encode(value)
        #expect(try MessagePackDecoder.decode(Value.self, from: bytes) == value)
        _ = try MessagePackValue(decoding: bytes)
    }

    @Test func everything() throws {
        let moment = MessagePackTimestamp(seconds: 1_700_000_000, nanoseconds: 5)!
        let part = Item(
            name: "bolt", count: -3, price: nil, size: .small, tags: [], data: [], parts: [], seen: moment)
        try roundTrip(
            Item(
                name: "é", count: .max, price: 1.5, size: .large, tags: ["a", ""], data: [0, 255], parts: [part, part],
                seen: moment))
        try roundTrip([Int8.min, .max])
        try roundTrip([UInt64.max, 0])
        try roundTrip([Float.pi])
        try roundTrip(["a": [1: true]])
        try roundTrip([1.5: "x"])
        try roundTrip([Int?.none, 4])
        try roundTrip([[UInt8]]())
        try roundTrip(Set(["a"]))
        try roundTrip(MessagePackValue.extension(type: 4, bytes: [1]))
    }

    @Test func forms() throws {
        #expect(try MessagePackEncoder.encode([1: "a"]) == [0x81, 1, 0xA1, 0x61])
        #expect(try MessagePackEncoder.encode([1, 2] as [UInt8]) == [0xC4, 2, 1, 2])
        #expect(try MessagePackEncoder.encode(String?.none) == [0xC0])
        #expect(try MessagePackEncoder.encode([Int32(-1)]) == [0x91, 0xFF])
        struct Nothing: Encodable {}
        #expect(try MessagePackEncoder.encode(Nothing()) == [0x80])
        #expect(try MessagePackDecoder.decode([UInt8].self, from: [0x92, 1, 2]) == [1, 2])
        #expect(try MessagePackDecoder.decode(Double.self, from: [7]) == 7)
        #expect(try MessagePackDecoder.decode([String: Int].self, from: [0x81, 0xA1, 0x31, 5]) == ["1": 5])
    }

    /// A container that its owner goes on with after the next one has begun.
    @Test func interleaved() throws {
        struct Twisted: Encodable {
            enum Key: CodingKey { case first, second }
            func encode(to encoder: any Encoder) throws {
                var map = encoder.container(keyedBy: Key.self)
                var list = map.nestedUnkeyedContainer(forKey: .first)
                try map.encode(9, forKey: .second)
                try list.encode(1)
                var inner = list.nestedContainer(keyedBy: Key.self)
                try list.encode(2)
                try inner.encode("x", forKey: .second)
            }
        }
        let expected: MessagePackValue = ["first": [1, ["second": "x"], 2], "second": 9]
        #expect(try MessagePackEncoder.encode(Twisted()) == expected.encoded)
    }

    @Test func inheritance() throws {
        class Base: Codable {
            var a = 1
        }
        final class Derived: Base {
            var b = 2
            override init() { super.init() }
            private enum Key: CodingKey { case b }
            required init(from decoder: any Decoder) throws {
                let map = try decoder.container(keyedBy: Key.self)
                b = try map.decode(Int.self, forKey: .b)
                try super.init(from: map.superDecoder())
            }
            override func encode(to encoder: any Encoder) throws {
                var map = encoder.container(keyedBy: Key.self)
                try super.encode(to: map.superEncoder())
                try map.encode(b, forKey: .b)
            }
        }
        let value = Derived()
        (value.a, value.b) = (7, 8)
        let bytes = try MessagePackEncoder.encode(value)
        #expect(try MessagePackValue(decoding: bytes) == ["super": ["a": 7], "b": 8])
        let read = try MessagePackDecoder.decode(Derived.self, from: bytes)
        #expect(read.a == 7 && read.b == 8)
    }

    private func context(_ bytes: MessagePackValue) -> (kind: String, path: String) {
        do {
            _ = try MessagePackDecoder.decode([Item].self, from: bytes.encoded)
            return ("none", "")
        } catch let error as DecodingError {
            func path(_ context: DecodingError.Context) -> String {
                context.codingPath.map(\.stringValue).joined(separator: ".")
            }
            switch error {
            case .keyNotFound(let key, let context): return ("missing " + key.stringValue, path(context))
            case .typeMismatch(_, let context): return ("mismatch", path(context))
            case .valueNotFound(_, let context): return ("nil", path(context))
            case .dataCorrupted(let context): return ("corrupted", path(context))
            @unknown default: return ("?", "")
            }
        } catch {
            return ("\(error)", "")
        }
    }

    /// Every kind of number that the standard library knows, wherever a value may stand.
    @Test func numbers() throws {
        func check<Number: Codable & Hashable & BinaryInteger>(_ numbers: Number...) throws {
            for number in numbers {
                #expect(try MessagePackEncoder.encode(number) == MessagePackEncoder.encode(Int64(number)))
                try roundTrip(number)
                try roundTrip([number])
                try roundTrip(["a": number])
                try roundTrip(Optional(number))
            }
        }
        try check(Int8.min, 0, .max)
        try check(Int16.min, .max)
        try check(Int32.min, .max)
        try check(Int64.min, .max)
        try check(Int.min, .max)
        try check(UInt8.max)
        try check(UInt16.max)
        try check(UInt32.max)
        try check(UInt(7))
        try check(Int128(Int64.min), Int128(Int64.max))
        try check(UInt128(7))
        try roundTrip(UInt128(UInt64.max))
        #expect(throws: EncodingError.self) { try MessagePackEncoder.encode(UInt128(UInt64.max) + 1) }
        #expect(throws: EncodingError.self) { try MessagePackEncoder.encode(["a": [Int128.min]]) }
        #expect(throws: MessagePackFault.outOfRange(wanted: "UInt128", at: 0)) {
            try MessagePackDecoder.decode(UInt128.self, from: [0xFF])
        }
        #expect(throws: MessagePackFault.outOfRange(wanted: "Float", at: 0)) {
            try MessagePackDecoder.decode(Float.self, from: MessagePackEncoder.encode(Double.greatestFiniteMagnitude))
        }
        #expect(try MessagePackDecoder.decode([Float].self, from: MessagePackEncoder.encode([0.5, 2])) == [0.5, 2])
    }

    @Test func whatDoesNotFit() {
        #expect(context([[:]]) == ("missing name", "0"))
        #expect(context([["name": 1]]) == ("mismatch", "0.name"))
        #expect(context([["name": nil]]) == ("nil", "0.name"))
        #expect(context([["name": "a", "count": 3_000_000_000]]) == ("corrupted", "0.count"))
        #expect(context(["name": "a"]) == ("mismatch", ""))
        #expect(throws: MessagePackFault.trailing(count: 1, at: 1)) {
            try MessagePackDecoder.decode(Int.self, from: [1, 2])
        }
        #expect(throws: DecodingError.self) { try MessagePackDecoder.decode([Int8].self, from: [0x91, 0xCC, 200]) }
    }
}
