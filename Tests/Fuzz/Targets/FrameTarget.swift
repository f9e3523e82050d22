import DroverLineRPCMessages

/// A framer finds the same messages however the bytes arrive, and none that reaches beyond them.
enum FrameTarget {
    private enum Piece: Equatable {
        case message([UInt8])
        /// The connection ends here, whatever the reason is called.
        case refused
    }

    static func check(_ bytes: [UInt8]) {
        for framing in RPCFraming.allCases {
            let whole = frames(bytes, framing, step: bytes.count)
            for step in [1, 2, 7] { precondition(whole == frames(bytes, framing, step: step)) }
        }
        // Lines that were found are the lines that there are.
        var rest = bytes[...]
        for piece in frames(bytes, .line, step: bytes.count) {
            guard case .message(let message) = piece else { break }
            precondition(rest.starts(with: message) && !message.contains(0x0A) && message.count <= limit)
            rest = rest.dropFirst(message.count)
            if rest.first == 0x0D { rest.removeFirst() }
            precondition(rest.popFirst() == 0x0A)
        }
    }

    private static let limit = 100

    private static func frames(_ bytes: [UInt8], _ framing: RPCFraming, step: Int) -> [Piece] {
        var framer = MessageFramer(framing, limit: limit)
        var found: [Piece] = []
        var start = 0
        var end = 0
        while true {
            let buffered = bytes.span.bytes.extracting(start..<end)
            switch framer.next(buffered) {
            case .incomplete:
                if end == bytes.count { return found }
                end = min(end + max(step, 1), bytes.count)
            case .message(let range, let taking):
                precondition(range.upperBound <= taking && taking <= buffered.byteCount && taking > 0)
                found.append(.message(Array(bytes[start + range.lowerBound..<start + range.upperBound])))
                start += taking
            case .tooLong, .malformed, .foreign: return found + [.refused]
            }
        }
    }
}
