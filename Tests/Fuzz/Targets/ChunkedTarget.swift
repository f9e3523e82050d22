import DroverHTTPMessages

/// The chunked decoder gives the same data however the bytes arrive, and finds the same end.
enum ChunkedTarget {
    private enum Outcome: Equatable {
        case ended(data: [UInt8], at: Int)
        case open(data: [UInt8])
        case refused(ChunkedDecoder.Rejection)
    }

    static func check(_ bytes: [UInt8]) {
        let whole = decode(bytes, step: bytes.count)
        for step in [1, 2, 7] { precondition(whole == decode(bytes, step: step)) }
        if case .ended(let data, let end) = whole { precondition(end <= bytes.count && data.count < end) }
    }

    private static func decode(_ bytes: [UInt8], step: Int) -> Outcome {
        var decoder = ChunkedDecoder()
        var data: [UInt8] = []
        var received = 0
        do throws(ChunkedDecoder.Rejection) {
            while received < bytes.count {
                let piece = Array(bytes[received..<min(received + max(step, 1), bytes.count)])
                var offset = 0
                pieces: while offset < piece.count {
                    switch try decoder.next(piece.span.bytes, from: offset) {
                    case .data(let range):
                        precondition(range.lowerBound >= offset && !range.isEmpty && range.upperBound <= piece.count)
                        data += piece[range]
                        offset = range.upperBound
                    case .more: break pieces
                    case .end(let end): return .ended(data: data, at: received + end)
                    }
                }
                received += piece.count
            }
            // The last byte may have been the one that ends it.
            let nothing: [UInt8] = []
            if case .end = try decoder.next(nothing.span.bytes, from: 0) { return .ended(data: data, at: received) }
            return .open(data: data)
        } catch {
            return .refused(error)
        }
    }
}
