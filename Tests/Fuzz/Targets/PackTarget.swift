import DogeMessagePack

/// MessagePack is framed alike however it arrives, and what can be read is written so that it reads the same.
enum PackTarget {
    private enum Piece: Equatable {
        case value([UInt8])
        case refused(MessagePackFault)
    }

    static func check(_ bytes: [UInt8]) {
        let whole = frames(bytes, step: bytes.count)
        for step in [1, 2, 7] { precondition(whole == frames(bytes, step: step)) }
        for case .value(let value) in whole { checkValue(value) }
        // What nobody has framed must do no harm either.
        checkCoders(bytes)
    }

    private static let limit = 400
    private static let depth = 8

    private static func frames(_ bytes: [UInt8], step: Int) -> [Piece] {
        var framer = MessagePackFramer(maximumBytes: limit, maximumDepth: depth)
        var found: [Piece] = []
        var start = 0
        var end = 0
        while true {
            do throws(MessagePackFault) {
                if let count = try framer.next(bytes.span.bytes.extracting(start..<end)) {
                    precondition(1...min(limit, end - start) ~= count)
                    found.append(.value(Array(bytes[start..<start + count])))
                    start += count
                    continue
                }
            } catch {
                return found + [.refused(error)]
            }
            if end == bytes.count { return found }
            end = min(end + max(step, 1), bytes.count)
        }
    }

    private static func checkValue(_ bytes: [UInt8]) {
        var reader = MessagePackReader(bytes.span.bytes, maximumDepth: depth)
        let skipped = try? reader.skipValue()
        precondition(skipped == 0..<bytes.count, "the framer and the reader see different ends")
        do throws(MessagePackFault) {
            let value = try MessagePackValue(decoding: bytes, maximumDepth: depth)
            let written = value.encoded
            // There may be shorter forms, and numbers that are none are not even equal to themselves.
            precondition(written.count <= bytes.count)
            let again = try? MessagePackValue(decoding: written, maximumDepth: depth)
            precondition(again?.encoded == written, "what was written reads differently")
        } catch {
            switch error {
            case .invalidText, .invalidTimestamp: break
            default: preconditionFailure("the framer lets through what the reader refuses: \(error)")
            }
        }
        checkCoders(bytes)
    }

    private struct Thing: Codable {
        var name: String?
        var count: Int8?
        var parts: [Thing]?
        var sizes: [Int: Double]?
        var data: [UInt8]?
    }

    private static func checkCoders(_ bytes: [UInt8]) {
        _ = try? MessagePackDecoder.decode([String: Int].self, from: bytes)
        _ = try? MessagePackDecoder.decode([MessagePackValue].self, from: bytes)
        guard let thing = try? MessagePackDecoder.decode(Thing.self, from: bytes) else { return }
        guard let written = try? MessagePackEncoder.encode(thing) else {
            preconditionFailure("what was decoded cannot be encoded")
        }
        let again = try? MessagePackDecoder.decode(Thing.self, from: written)
        precondition(again != nil, "what was encoded cannot be decoded")
    }
}
