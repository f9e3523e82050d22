import Testing

@testable import Frames

@Suite struct FrameReaderTests {
    private func frame(_ text: String) -> [UInt8] { Frame(text.utf8.count) { $0 += Array(text.utf8) }.bytes }

    /// All payloads in `pieces`, and what came after them.
    private func read(_ pieces: [[UInt8]], limit: Int = 100) -> String {
        var reader = FrameReader(limit: limit)
        var text: [UInt8] = []
        do throws(BrokenFrame) {
            for piece in pieces {
                reader.makeRoom()
                reader.input += piece
                while true {
                    let step = try reader.next()
                    if case .incomplete = step { break }
                    if case .farewell = step { return String(decoding: text, as: UTF8.self) + "|end" }
                    // Three bytes at a time, as a receiver with little room.
                    text.append(addingCapacity: 3) { space in
                        space.withUnsafeMutableBufferPointer { memory, filled in
                            let room = UnsafeMutableRawBufferPointer(memory)
                            var span = OutputRawSpan(buffer: room, initializedCount: 0)
                            reader.move(into: &span)
                            filled = span.finalize(for: room)
                        }
                    }
                }
            }
        } catch {
            return String(decoding: text, as: UTF8.self) + "|\(error)"
        }
        return String(decoding: text, as: UTF8.self) + "|"
    }

    @Test func checksumIsTheOneOfTheStandard() {
        #expect(CRC32C.of(Array("123456789".utf8)[...]) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA, "RFC 3720 appendix B.4")
    }

    @Test func framesComeInAnyPieces() {
        let stream = frame("one ") + frame("two") + Frame.farewell
        for cut in stream.indices {
            #expect(read([Array(stream[..<cut]), Array(stream[cut...])]) == "one two|end")
        }
        #expect(read(stream.map { [$0] }) == "one two|end")
        #expect(read([Array(stream.dropLast())]) == "one two|", "the farewell is not complete")
    }

    @Test func everyBitThatIsWrongIsFound() {
        let stream = frame("one") + frame("two")
        for place in frame("one").count..<stream.count {
            for bit in 0..<8 {
                var wrong = stream
                wrong[place] ^= 1 << bit
                let result = read([wrong])
                #expect(result.hasPrefix("one|") && !result.contains("two"), "bit \(bit) of byte \(place): \(result)")
            }
        }
    }

    @Test func frameBeyondTheLimitIsRefusedByItsLength() {
        #expect(read([frame(String(repeating: "a", count: 100))]).hasSuffix("a|"))
        #expect(
            read([Array(frame(String(repeating: "a", count: 101)).prefix(4))])
                == "|frame 1 has 101 bytes, more than the limit of 100")
    }
}
