/// Where the values of a map lie.
///
/// Decoders usually ask in the order in which they were encoded, so the search goes on where it ended last.
final class MapIndex {
    enum Name {
        case text(Range<Int>)
        case number(Int)
    }

    private(set) var entries: [(name: Name, value: Int)] = []
    private var next = 0

    init(_ decoder: NodeDecoder) throws {
        entries = try decoder.read([MessagePackValue: MessagePackValue].self, at: decoder.offset) {
            reader throws(MessagePackFault) in
            var entries: [(name: Name, value: Int)] = []
            for _ in 0..<(try reader.readMap()) {
                let name: Name?
                switch try reader.peekHead() {
                case .string: name = .text(try reader.readText())
                case .int(let number):
                    name = Int(exactly: number).map { .number($0) }
                    try reader.skipValue()
                // What no key of Swift's can be called is not asked for.
                default:
                    name = nil
                    try reader.skipValue()
                }
                if let name { entries.append((name, reader.offset)) }
                try reader.skipValue()
            }
            return entries
        }
    }

    /// Where the value that is called `key` begins; nil if there is none.
    func find(_ key: any CodingKey, in bytes: [UInt8]) -> Int? {
        let text = key.stringValue.utf8
        let number = key.intValue
        for step in entries.indices {
            let index = (next + step) % entries.count
            let isIt =
                switch entries[index].name {
                case .text(let range): range.count == text.count && bytes[range].elementsEqual(text)
                case .number(let value): value == number
                }
            guard isIt else { continue }
            next = index + 1
            return entries[index].value
        }
        return nil
    }
}
