/// For each level of nesting, whether it is an array or an object; a bit each.
struct NestingKinds: Sendable {
    /// How many levels there can be, as many as FoundationEssentials' decoder goes down.
    static let capacity = 512

    private var words = InlineArray<8, UInt64>(repeating: 0)

    init() {}

    subscript(level: Int) -> JSONScanner.Container {
        get { words[level >> 6] >> UInt64(level & 63) & 1 == 1 ? .object : .array }
        set {
            let bit: UInt64 = 1 << UInt64(level & 63)
            if newValue == .object { words[level >> 6] |= bit } else { words[level >> 6] &= ~bit }
        }
    }
}
