import MessagePack
import Testing

@Suite struct FramerTests {
    static let stream: [UInt8] =
        MessagePackValue.array([0, 1, "sum", [[:], 1, 2]]).encoded
        + MessagePackValue.array([2, "note", [["a": "b"], .binary([1, 2, 3]), [[[], [1]]], 1.5, -70_000]]).encoded
        + [0xC0, 0x90, 0x80, 0xA0]
        + MessagePackValue.map([.init(["k"], .string(String(repeating: "x", count: 300)))]).encoded

    private func frames(_ bytes: [UInt8], step: Int, limit: Int = 1_000) throws -> [[UInt8]] {
        var framer = MessagePackFramer(maximumBytes: limit)
        var found: [[UInt8]] = []
        var start = 0
        var end = 0
        while true {
            if let count = try framer.next(bytes.span.bytes.extracting(start..<end)) {
                found.append(Array(bytes[start..<start + count]))
                start += count
                #expect(!framer.isWithinValue)
            } else if end == bytes.count {
                #expect(start == end)
                return found
            } else {
                end = min(end + step, bytes.count)
            }
        }
    }

    @Test func howeverTheyArrive() throws {
        let whole = try frames(Self.stream, step: Self.stream.count)
        #expect(whole.count == 7)
        for step in 1...20 { #expect(try frames(Self.stream, step: step) == whole) }
    }

    /// Nothing may be reserved, nor waited for, that is longer than allowed: the first bytes say so already.
    @Test(
        arguments: [
            [0xC6, 0, 0, 1, 0], [0xDB, 0xFF, 0xFF, 0xFF, 0xFF], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDE, 0, 50],
            [0xC9, 0, 0, 0, 95, 1], [0x92, 0xC4, 97], [0x93, 0xDC, 0, 95], [0xD9, 99],
        ] as [[UInt8]])
    func tooLong(_ bytes: [UInt8]) {
        var framer = MessagePackFramer(maximumBytes: 100)
        #expect(throws: MessagePackFault.tooLong(limit: 100)) { try framer.next(bytes.span.bytes) }
    }

    @Test(
        arguments: [
            [0xD9, 98], [0xDC, 0, 97], [0xDE, 0, 48], [0x92, 0xC4, 96], [0xC9, 0, 0, 0, 94, 1], [0x93, 0xDC, 0, 94],
        ] as [[UInt8]])
    func longest(_ bytes: [UInt8]) throws {
        var framer = MessagePackFramer(maximumBytes: 100)
        #expect(try framer.next(bytes.span.bytes) == nil)
    }

    @Test func reserved() throws {
        var framer = MessagePackFramer(maximumBytes: 100)
        let bytes: [UInt8] = [0x93, 1, 0xC1]
        #expect(try framer.next(bytes.span.bytes.extracting(0..<2)) == nil)
        #expect(framer.isWithinValue)
        #expect(throws: MessagePackFault.reserved(at: 2)) { try framer.next(bytes.span.bytes) }
    }
}
