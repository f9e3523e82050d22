import MessagePack
import Testing

/// Every format byte of the specification, in both directions.
@Suite struct FormatTests {
    /// A value, and the bytes that the specification has for it.
    static let canonical: [(MessagePackValue, [UInt8])] = [
        (nil, [0xC0]), (false, [0xC2]), (true, [0xC3]),
        (0, [0x00]), (127, [0x7F]), (-1, [0xFF]), (-32, [0xE0]),
        (128, [0xCC, 0x80]), (255, [0xCC, 0xFF]), (256, [0xCD, 1, 0]), (65_535, [0xCD, 0xFF, 0xFF]),
        (65_536, [0xCE, 0, 1, 0, 0]), (4_294_967_295, [0xCE, 0xFF, 0xFF, 0xFF, 0xFF]),
        (4_294_967_296, [0xCF, 0, 0, 0, 1, 0, 0, 0, 0]),
        (.int(.max), [0xCF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        (.uint(1 << 63), [0xCF, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        (.uint(.max), [0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        (-33, [0xD0, 0xDF]), (-128, [0xD0, 0x80]), (-129, [0xD1, 0xFF, 0x7F]), (-32_768, [0xD1, 0x80, 0]),
        (-32_769, [0xD2, 0xFF, 0xFF, 0x7F, 0xFF]), (-2_147_483_648, [0xD2, 0x80, 0, 0, 0]),
        (-2_147_483_649, [0xD3, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]),
        (.int(.min), [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        (.float(1.5), [0xCA, 0x3F, 0xC0, 0, 0]), (.float(-0.0), [0xCA, 0x80, 0, 0, 0]),
        (1.5, [0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0]), (.double(.infinity), [0xCB, 0x7F, 0xF0, 0, 0, 0, 0, 0, 0]),
        ("", [0xA0]), ("sum", [0xA3, 0x73, 0x75, 0x6D]), ("é", [0xA2, 0xC3, 0xA9]),
        (.binary([]), [0xC4, 0]), (.binary([1, 2]), [0xC4, 2, 1, 2]),
        ([], [0x90]), ([1, [2]], [0x92, 1, 0x91, 2]), ([:], [0x80]),
        (["a": 1, 2: nil], [0x82, 0xA1, 0x61, 1, 2, 0xC0]),
        (.extension(type: 5, bytes: [9]), [0xD4, 5, 9]), (.extension(type: -2, bytes: [9, 8]), [0xD5, 0xFE, 9, 8]),
        (.extension(type: 5, bytes: [1, 2, 3, 4]), [0xD6, 5, 1, 2, 3, 4]),
        (.extension(type: 5, bytes: []), [0xC7, 0, 5]),
        (.extension(type: 5, bytes: [1, 2, 3]), [0xC7, 3, 5, 1, 2, 3]),
        (moment(0), [0xD6, 0xFF, 0, 0, 0, 0]), (moment(4_294_967_295), [0xD6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        (moment(1, 1), [0xD7, 0xFF, 0, 0, 0, 4, 0, 0, 0, 1]),
        (moment(0x3_FFFF_FFFF, 999_999_999), [0xD7, 0xFF, 0xEE, 0x6B, 0x27, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        (moment(-1, 5), [0xC7, 12, 0xFF, 0, 0, 0, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        (moment(0x4_0000_0000), [0xC7, 12, 0xFF, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
    ]

    static func moment(_ seconds: Int64, _ nanoseconds: UInt32 = 0) -> MessagePackValue {
        .timestamp(MessagePackTimestamp(seconds: seconds, nanoseconds: nanoseconds)!)
    }

    @Test(arguments: canonical) func bothWays(_ value: MessagePackValue, _ bytes: [UInt8]) throws {
        #expect(value.encoded == bytes)
        #expect(try MessagePackValue(decoding: bytes) == value)
    }

    @Test(arguments: canonical) func everyTruncation(_ value: MessagePackValue, _ bytes: [UInt8]) throws {
        for count in 0..<bytes.count {
            let part = Array(bytes[..<count])
            #expect(throws: MessagePackFault.truncated(at: count)) { try MessagePackValue(decoding: part) }
            var framer = MessagePackFramer(maximumBytes: 100)
            #expect(try framer.next(part.span.bytes) == nil)
        }
        #expect(throws: MessagePackFault.trailing(count: 1, at: bytes.count)) {
            try MessagePackValue(decoding: bytes + [0xC0])
        }
    }

    /// Heads with lengths of each width, before content of each size at which the shortest form changes.
    @Test(
        arguments: [
            (31, [0xBF], [0xC4, 31], [0xDC, 0, 31]), (32, [0xD9, 32], [0xC4, 32], [0xDC, 0, 32]),
            (255, [0xD9, 255], [0xC4, 255], [0xDC, 0, 255]), (256, [0xDA, 1, 0], [0xC5, 1, 0], [0xDC, 1, 0]),
            (65_535, [0xDA, 255, 255], [0xC5, 255, 255], [0xDC, 255, 255]),
            (65_536, [0xDB, 0, 1, 0, 0], [0xC6, 0, 1, 0, 0], [0xDD, 0, 1, 0, 0]),
        ] as [(Int, [UInt8], [UInt8], [UInt8])])
    func lengths(_ count: Int, _ string: [UInt8], _ binary: [UInt8], _ array: [UInt8]) throws {
        let content = [UInt8](repeating: 0x61, count: count)
        let text = MessagePackValue.string(String(repeating: "a", count: count))
        #expect(text.encoded == string + content)
        #expect(MessagePackValue.binary(content).encoded == binary + content)
        let values = MessagePackValue.array(Array(repeating: 7, count: count))
        #expect(values.encoded == array + Array(repeating: 7, count: count))
        let map = MessagePackValue.map(Array(repeating: .init(1, nil), count: count))
        #expect(map.encoded.starts(with: [array[0] + 2] + array.dropFirst()))
        for value in [text, .binary(content), values, map] {
            #expect(try MessagePackValue(decoding: value.encoded) == value)
            #expect(throws: MessagePackFault.self) { try MessagePackValue(decoding: value.encoded.dropLast()) }
        }
    }

    @Test(
        arguments: [
            (8, [0xD7, 5]), (16, [0xD8, 5]), (17, [0xC7, 17, 5]), (256, [0xC8, 1, 0, 5]),
            (65_536, [0xC9, 0, 1, 0, 0, 5]),
        ] as [(Int, [UInt8])])
    func extensions(_ count: Int, _ head: [UInt8]) throws {
        let value = MessagePackValue.extension(type: 5, bytes: Array(repeating: 3, count: count))
        #expect(value.encoded == head + Array(repeating: 3, count: count))
        #expect(try MessagePackValue(decoding: value.encoded) == value)
    }

    /// What is allowed though hardly ever written: forms that are longer than need be.
    @Test(
        arguments: [
            ([0xCC, 1], 1), ([0xCD, 0, 1], 1), ([0xCE, 0, 0, 0, 1], 1), ([0xCF, 0, 0, 0, 0, 0, 0, 0, 1], 1),
            ([0xD0, 1], 1), ([0xD1, 0xFF, 0xFF], -1), ([0xD2, 0, 0, 0, 1], 1),
            ([0xD3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -1), ([0xD9, 1, 0x61], "a"),
            ([0xDA, 0, 1, 0x61], "a"), ([0xDB, 0, 0, 0, 1, 0x61], "a"), ([0xDC, 0, 1, 7], [7]),
            ([0xDD, 0, 0, 0, 1, 7], [7]), ([0xDE, 0, 1, 7, 8], [7: 8]), ([0xDF, 0, 0, 0, 1, 7, 8], [7: 8]),
            ([0xC5, 0, 1, 9], .binary([9])), ([0xC6, 0, 0, 0, 1, 9], .binary([9])),
            ([0xC8, 0, 1, 5, 9], .extension(type: 5, bytes: [9])),
            ([0xC9, 0, 0, 0, 1, 5, 9], .extension(type: 5, bytes: [9])),
            ([0xC7, 4, 0xFF, 0, 0, 0, 9], FormatTests.moment(9)),
        ] as [([UInt8], MessagePackValue)])
    func longForms(_ bytes: [UInt8], _ value: MessagePackValue) throws {
        #expect(try MessagePackValue(decoding: bytes) == value)
    }

    /// Of the 256 bytes one means nothing, and every other begins something.
    @Test func everyFormatByte() throws {
        for byte in UInt8.min...UInt8.max {
            let bytes = [byte] + Array(repeating: 0, count: 40)
            var reader = MessagePackReader(bytes.span.bytes)
            if byte == 0xC1 {
                #expect(throws: MessagePackFault.reserved(at: 0)) { try MessagePackValue(decoding: bytes) }
            } else {
                let end = try reader.skipValue().upperBound
                let value = try MessagePackValue(decoding: Array(bytes[..<end]))
                #expect(try MessagePackValue(decoding: value.encoded) == value)
            }
        }
    }

    @Test(
        arguments: [
            ([0xA1, 0xFF], .invalidText(at: 1)), ([0xA2, 0xC0, 0x80], .invalidText(at: 1)),
            ([0xA3, 0xED, 0xA0, 0x80], .invalidText(at: 1)), ([0x91, 0xC1], .reserved(at: 1)),
            ([0xD4, 0xFF, 0], .invalidTimestamp(at: 0)), ([0xC7, 5, 0xFF, 0, 0, 0, 0, 0], .invalidTimestamp(at: 0)),
            ([0xD7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], .invalidTimestamp(at: 0)),
            ([0xC7, 12, 0xFF, 0x3B, 0x9A, 0xCA, 0, 0, 0, 0, 0, 0, 0, 0, 0], .invalidTimestamp(at: 0)),
            ([0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 1], .truncated(at: 6)), ([0xDF, 0x7F, 0, 0, 0], .truncated(at: 5)),
            ([0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 1], .truncated(at: 6)),
        ] as [([UInt8], MessagePackFault)])
    func refused(_ bytes: [UInt8], _ fault: MessagePackFault) {
        #expect(throws: fault) { try MessagePackValue(decoding: bytes) }
        #expect(!fault.description.isEmpty && !fault.description.contains("\n"))
    }
}
