/// For each level of nesting, whether it is an array or an object; a bit each.
struct NestingKinds: Sendable {
    /// How many levels there can be, as many as FoundationEssentials' decoder goes down.
    static let capacity = 512

    private var first: UInt64 = 0
    private var rest: [UInt64] = []

    init() {}

    subscript(level: Int) -> JSONScanner.Container {
        get {
            let word = level < 64 ? first : rest[level >> 6 &- 1]
            return word >> UInt64(level & 63) & 1 == 1 ? .object : .array
        }
        set {
            let bit: UInt64 = 1 << UInt64(level & 63)
            if level < 64 {
                first = newValue == .object ? first | bit : first & ~bit
            } else {
                // Hardly anything goes this deep.
                if rest.isEmpty { rest = [UInt64](repeating: 0, count: Self.capacity / 64 - 1) }
                let index = level >> 6 &- 1
                rest[index] = newValue == .object ? rest[index] | bit : rest[index] & ~bit
            }
        }
    }
}
