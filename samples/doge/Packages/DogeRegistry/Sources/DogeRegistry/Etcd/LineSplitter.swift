/// Takes bytes as they come and gives whole lines.
struct LineSplitter {
    private let limit: Int
    private var rest: [UInt8] = []

    /// Lines may be as long as `limit`.
    init(limit: Int) {
        self.limit = limit
    }

    /// The lines that `bytes` complete, without their ends; empty ones are left out.
    mutating func append(_ bytes: [UInt8]) throws(EtcdError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if part.offset > 0 {
                if !rest.isEmpty { lines.append(rest) }
                rest = []
            }
            rest += part.element
            if rest.count > limit { throw .nonsense("a line of more than \(limit) bytes") }
        }
        return lines
    }
}
