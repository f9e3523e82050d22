import Testing

@testable import DroverHTTPMessages
@testable import DroverUWSGI

@Suite struct PacketDecoderTests {
    /// What a decoder finds in `bytes` that come in pieces which end at `lengths`.
    private func decode(
        _ bytes: [UInt8], lengths: [Int], _ limits: PacketLimits = PacketLimits()
    ) -> Result<[String]?, PacketRejection> {
        var decoder = PacketDecoder()
        var table = FieldTable()
        do {
            for length in lengths {
                let received = bytes.span.bytes.extracting(0..<length)
                guard let range = try decoder.decode(received, limits, into: &table) else { continue }
                let block = Array(bytes[range])
                return .success(
                    table.map {
                        String(decoding: block[$0.name.range], as: UTF8.self) + "="
                            + String(decoding: block[$0.value.range], as: UTF8.self)
                    })
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    private func whole(_ bytes: [UInt8], _ limits: PacketLimits = PacketLimits()) -> Result<[String]?, PacketRejection>
    {
        decode(bytes, lengths: [bytes.count], limits)
    }

    @Test func variablesAreFoundHoweverTheyArrive() {
        let bytes = Packet.bytes()
        let expected = Packet.get.map { "\($0)=\($1)" }
        #expect(whole(bytes) == .success(expected))
        #expect(decode(bytes, lengths: Array(0...bytes.count)) == .success(expected))
        for cut in bytes.indices {
            #expect(decode(bytes, lengths: [cut, bytes.count]) == .success(expected), "cut at \(cut)")
            #expect(decode(bytes, lengths: [cut]) == .success(nil), "nothing is missing at \(cut)")
        }
        #expect(whole(bytes + Array("body".utf8)) == .success(expected), "what follows is no part of it")
    }

    @Test func emptyPacketIsComplete() {
        #expect(whole([0, 0, 0, 0]) == .success([]))
        #expect(whole([0, 0, 0]) == .success(nil))
        #expect(whole([]) == .success(nil))
    }

    @Test func emptyValuesAndLongNames() {
        #expect(whole(Packet.bytes([("A", "")])) == .success(["A="]))
        let name = String(repeating: "N", count: 300)
        #expect(whole(Packet.bytes([(name, name)])) == .success(["\(name)=\(name)"]))
        let long = String(repeating: "v", count: 65_530)
        #expect(whole(Packet.bytes([("A", long)])) == .success(["A=\(long)"]), "as much as the size can say")
    }

    @Test func sizeIsLittleEndian() {
        let bytes: [UInt8] = [7, 0x34, 0x12, 9]
        let header = PacketHeader(bytes.span.bytes)
        #expect(header?.modifier1 == 7)
        #expect(header?.size == 0x1234)
        #expect(header?.modifier2 == 9)
        let part = PacketHeader(bytes.span.bytes.extracting(0..<3))
        #expect(part == nil)
    }

    @Test(arguments: 1...255)
    func otherModifiersAreNotServed(modifier: Int) {
        let modifier = UInt8(modifier)
        #expect(whole(Packet.bytes(modifier1: modifier)) == .failure(.modifier(modifier)))
        #expect(whole([modifier]) == .failure(.modifier(modifier)), "the first byte says it")
    }

    @Test func limits() {
        var limits = PacketLimits()
        limits.block = 10
        #expect(whole(Packet.bytes([("ABC", "DEF")]), limits) == .success(["ABC=DEF"]))
        #expect(whole(Packet.bytes([("ABC", "DEFG")]), limits) == .failure(.blockSize(11, limit: 10)))
        #expect(whole([0, 11, 0, 0], limits) == .failure(.blockSize(11, limit: 10)), "before any of it has come")
        limits = PacketLimits()
        limits.variables = 2
        #expect(whole(Packet.bytes([("A", "1"), ("B", "2")]), limits) == .success(["A=1", "B=2"]))
        #expect(
            whole(Packet.bytes([("A", "1"), ("B", "2"), ("C", "3")]), limits) == .failure(.variableCount(limit: 2)))
    }

    @Test func malformedBlocks() {
        let cases: [([UInt8], PacketRejection)] = [
            ([0, 1, 0, 0, 5], .overrun),
            ([0, 2, 0, 0, 5, 0], .overrun),
            ([0, 3, 0, 0, 1, 0, 65], .overrun),
            ([0, 4, 0, 0, 1, 0, 65, 0], .overrun),
            ([0, 5, 0, 0, 1, 0, 65, 1, 0], .overrun),
            ([0, 4, 0, 0, 0, 0, 0, 0], .emptyName),
            ([0, 5, 0, 0, 0, 0, 1, 0, 65], .emptyName),
            ([0, 10, 0, 0, 255, 255], .overrun),
            (Packet.bytes([("A", "B")], size: 7), .overrun),
            (Packet.bytes([("A", "B")], size: 8), .overrun),
            (Packet.bytes([("A", "B"), ("C", "D")], size: 7), .overrun),
        ]
        for (bytes, rejection) in cases {
            let padded = bytes + [UInt8](repeating: 65, count: 20)
            #expect(whole(padded) == .failure(rejection), "\(bytes)")
        }
    }
}
