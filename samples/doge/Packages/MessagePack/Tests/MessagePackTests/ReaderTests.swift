import MessagePack
import Testing

@Suite struct ReaderTests {
    private func faultOf(
        _ bytes: [UInt8], _ read: (inout MessagePackReader) throws -> Void
    ) -> MessagePackFault? {
        var reader = MessagePackReader(bytes.span.bytes)
        do {
            try read(&reader)
            return nil
        } catch {
            // It stands where it stood.
            let offset = reader.offset
            #expect(offset == 0)
            return error as? MessagePackFault
        }
    }

    @Test func typed() throws {
        let bytes: [UInt8] = [0xC3, 0xCC, 200, 0xA1, 0x61, 0xC4, 1, 9, 0x92, 1, 0xC0, 0x81, 1, 2]
        var reader = MessagePackReader(bytes.span.bytes)
        #expect(try reader.readBool())
        #expect(try reader.readInteger(as: UInt8.self) == 200)
        #expect(try reader.readString() == "a")
        #expect(try reader.readBinary() == [9])
        #expect(try reader.readArray() == 2)
        #expect(try !reader.readNull())
        #expect(try reader.readInteger(as: Int.self) == 1)
        #expect(try reader.readNull())
        #expect(try reader.readMap() == 1)
        #expect(try reader.skipValue() == 12..<13)
        #expect(try reader.readDouble() == 2)
        let isAtEnd = reader.isAtEnd
        #expect(isAtEnd)
        try reader.expectEnd()
    }

    @Test func refusals() {
        #expect(
            faultOf([0xA0]) { _ = try $0.readBool() }
                == .unexpected(found: "a string", wanted: "a boolean", at: 0))
        #expect(
            faultOf([0xCB, 0x40, 0, 0, 0, 0, 0, 0, 0]) { _ = try $0.readInteger(as: Int.self) }
                == .unexpected(found: "a float", wanted: "an integer", at: 0))
        #expect(
            faultOf([0xCD, 1, 0]) { _ = try $0.readInteger(as: UInt8.self) }
                == .outOfRange(wanted: "UInt8", at: 0))
        #expect(faultOf([0xFF]) { _ = try $0.readInteger(as: UInt64.self) } == .outOfRange(wanted: "UInt64", at: 0))
        // More than 53 bits are no double.
        #expect(
            faultOf([0xCF, 0, 0x20, 0, 0, 0, 0, 0, 1]) { _ = try $0.readDouble() }
                == .outOfRange(wanted: "Double", at: 0))
        #expect(faultOf([0xA1, 0xFF]) { _ = try $0.readString() } == .invalidText(at: 1))
        #expect(faultOf([0xA2, 0x61]) { _ = try $0.readString() } == .truncated(at: 2))
        #expect(faultOf([0x92, 1]) { _ = try $0.readArray() } == .truncated(at: 2))
        #expect(faultOf([0x82, 1, 2, 3]) { _ = try $0.readMap() } == .truncated(at: 4))
        #expect(
            faultOf([0xC4, 0]) { _ = try $0.readTimestamp() }
                == .unexpected(found: "binary data", wanted: "a timestamp", at: 0))
        #expect(faultOf([0x91, 0x91, 0xC1]) { _ = try $0.readValue() } == .reserved(at: 2))
        #expect(faultOf([0x91, 0x91, 0xC1]) { _ = try $0.skipValue() } == .reserved(at: 2))
    }

    @Test(arguments: [1, 3, 64]) func depth(_ limit: Int) throws {
        let atLimit = [UInt8](repeating: 0x91, count: limit) + [0x90]
        let beyond = [0x91] + atLimit
        let fault = MessagePackFault.tooDeep(limit: limit, at: limit)
        var reader = MessagePackReader(atLimit.span.bytes, maximumDepth: limit)
        #expect(try reader.skipValue() == 0..<limit + 1)
        #expect(try MessagePackValue(decoding: atLimit, maximumDepth: limit).encoded == atLimit)
        #expect(throws: fault) { try MessagePackValue(decoding: beyond, maximumDepth: limit) }
        var framer = MessagePackFramer(maximumBytes: 1_000, maximumDepth: limit)
        #expect(try framer.next(atLimit.span.bytes) == limit + 1)
        #expect(throws: fault) { try framer.next(beyond.span.bytes) }
        var deep = MessagePackReader(beyond.span.bytes, maximumDepth: limit)
        do {
            try deep.skipValue()
            Issue.record("it went deeper than it may")
        } catch {
            let offset = deep.offset
            #expect(error == fault && offset == 0)
        }
    }
}
