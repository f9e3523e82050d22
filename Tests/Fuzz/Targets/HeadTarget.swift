import DroverHTTPMessages

/// The head parser comes to the same end however the bytes arrive, and looks at none that are not there.
enum HeadTarget {
    private enum Outcome: Equatable {
        case complete(byteCount: Int, fields: [FieldSlice], method: ByteSlice, target: ByteSlice, length: Int)
        case incomplete
        case refused(HeadRejection)

        /// What is too long may break another rule as well further on, which only counts if it came at once.
        func agrees(with other: Outcome) -> Bool {
            if case .refused(let one) = self, case .refused(let two) = other {
                return one == two || one.isLimit || two.isLimit
            }
            return self == other
        }
    }

    static func check(_ bytes: [UInt8]) {
        let whole = parse(bytes, [bytes.count])
        precondition(whole.agrees(with: parse(bytes, Array(1...max(bytes.count, 1)).filter { $0 <= bytes.count })))
        if bytes.count > 2 {
            // Somewhere that depends on the input, so that every place gets its turn.
            let cut =
                1
                + Int(
                    bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
                        % UInt64(bytes.count - 1))
            precondition(whole.agrees(with: parse(bytes, [cut, bytes.count])))
        }
        guard case .complete(let byteCount, let fields, let method, let target, _) = whole else { return }
        precondition(byteCount <= bytes.count && bytes[byteCount - 1] == 0x0A && bytes[byteCount - 2] == 0x0D)
        for slice in [method, target] + fields.flatMap({ [$0.name, $0.value] }) {
            precondition(slice.range.upperBound <= byteCount)
        }
        precondition(!bytes[target.range].contains { $0 <= 0x20 || $0 == 0x7F })
        for field in fields {
            precondition(!field.name.range.isEmpty && !bytes[field.name.range].contains(0x20))
            precondition(!bytes[field.value.range].contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
        }
        // The head alone is the same head: nothing behind it had a say.
        precondition(whole == parse(Array(bytes[..<byteCount]), [byteCount]))
    }

    private static func parse(_ bytes: [UInt8], _ lengths: [Int]) -> Outcome {
        var parser = HeadParser()
        var head = RequestHead()
        var limits = HeadLimits()
        limits.requestLine = 200
        limits.fields = 20
        limits.fieldSize = 200
        limits.head = 1_000
        do throws(HeadRejection) {
            for length in lengths
            where try parser.parse(bytes.span.bytes.extracting(0..<length), limits: limits, into: &head) {
                return .complete(
                    byteCount: head.byteCount, fields: Array(head.fields), method: head.method, target: head.target,
                    length: head.contentLength)
            }
            return .incomplete
        } catch {
            return .refused(error)
        }
    }
}

extension HeadRejection {
    fileprivate var isLimit: Bool { status == .uriTooLong || status == .requestHeaderFieldsTooLarge }
}
